// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything but weak_map.h and testing.h.

#ifndef REFCYCLE_REFCYCLE_H
#define REFCYCLE_REFCYCLE_H

#include "refcycle/copy.h"
#include "refcycle/function.h"
#include "refcycle/gc.h"
#include "refcycle/intern.h"
#include "refcycle/memory.h"
#include "refcycle/ref.h"
#include "refcycle/report.h"
#include "refcycle/shared.h"
#include "refcycle/trace.h"
#include "refcycle/weak.h"

#endif
