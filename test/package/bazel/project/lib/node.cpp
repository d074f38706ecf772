// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/node.h"
#include "lib/private.h"
#if !defined(LOCAL_DEFINE) || __cplusplus < 202002L
#error "the options of the target are missing"
#endif
void Node::link(std::shared_ptr<Node> To) { next = To; }
