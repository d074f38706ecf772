// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collects what would have to change in a lambda if one of the handles that it
// captures were made weak: the capture, and a lock at the top of the body.

#ifndef REFCYCLE_EXTRACT_CAPTUREREWRITES_H
#define REFCYCLE_EXTRACT_CAPTUREREWRITES_H

#include "extract/RewriteSites.h"

namespace clang {
class LambdaExpr;
}

namespace refcycle::analyzer {

/// Adds to \p Sites the rewrite of each handle that \p E names in its capture
/// list, or what stands against it. \p E is not part of a template.
void judgeCaptures(RewriteSites &Sites, const clang::ASTContext &Context,
                   const clang::LambdaExpr *E);

} // namespace refcycle::analyzer

#endif
