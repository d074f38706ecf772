// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "node.h"
#include "generated.h"
#ifndef IN_NODE
#error "the target's own definitions are missing"
#endif
#if __cplusplus < 202002L
#error "the standard that the target asks for is missing"
#endif
Generated Value;
void Node::link(std::shared_ptr<Node> To) { next = To; }
