// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a function whose body is here does with the count of one argument.

#ifndef REFCYCLE_EXTRACT_COUNTCALLEES_H
#define REFCYCLE_EXTRACT_COUNTCALLEES_H

#include "extract/counts/CountUses.h"

namespace refcycle::analyzer {

/// Does the callee count the pointer that is this argument of the call once,
/// keep it in a member, and leave the count of the caller alone? False if it
/// is not known which body runs. Cost: one visit of the callee.
bool keepsWithOwnCount(const CountUses &Caller, const clang::CallExpr *Call,
                       unsigned Argument);

/// Does this use leave nobody with the pointer, or with a part of the object,
/// who did not have it before? \p E: the pointer, the object, or `this`.
/// A method that is called on it must be const, or its body says so. \p Exact:
/// the class that the object was made of, if known; it tells which body a
/// virtual call runs.
bool staysHere(const CountUses &Body, const clang::Expr *E,
               const clang::CXXRecordDecl *Exact = nullptr);

/// Does the callee do nothing but that with this argument? False if it is not
/// known which body runs. Cost: one visit of the callee, the first time.
bool onlyLooksAt(const CountUses &Caller, const clang::CallExpr *Call,
                 unsigned Argument);

/// The end of a path of the callee on which it forgets the pointer that is this
/// argument, although it keeps it on another; nullopt: none, or not known. A
/// value that no `case` names is no such path. Cost: one visit and one search
/// of the callee.
std::optional<clang::SourceLocation> forgetsOnAPath(const CountUses &Caller,
                                                    const clang::CallExpr *Call,
                                                    unsigned Argument);

/// The class of the new object that a callee leaves in this local variable,
/// with the count that it starts with, through a parameter that points or
/// refers to the variable. Null: it may also be something else. \p Given
/// becomes the reference to the variable that the callee gets.
/// Cost: one visit of each callee that gets the address of the variable.
const clang::CXXRecordDecl *newObjectIn(const CountUses &Caller,
                                        const clang::VarDecl *Variable,
                                        const clang::DeclRefExpr *&Given);

} // namespace refcycle::analyzer

#endif
