// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What library types and functions do with ownership, as data: the presets in
// presets.yaml and what users add. Extraction asks by qualified name; it never
// sees YAML. Types that no model names are judged by their structure.

#ifndef REFCYCLE_CONFIG_MODELS_H
#define REFCYCLE_CONFIG_MODELS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace refcycle::analyzer {

/// What a modelled class (template) is.
enum class TypeRole : uint8_t {
  Strong,      ///< Counted owner: std::shared_ptr, boost::intrusive_ptr.
  Root,        ///< Owner of an object that a tracing collector manages:
               ///< cppgc::Persistent. To the analysis as Strong.
  Weak,        ///< Counted, not an owner: std::weak_ptr, QPointer.
  Unique,      ///< Sole owner: std::unique_ptr.
  Raw,         ///< Looks like a handle, keeps nothing alive: observer_ptr.
  Container,   ///< Holds any number of elements of its held arguments.
  Transparent, ///< Holds at most one value per argument: optional, pair.
  Function,    ///< Owns a callable: std::function, boost::signals2::signal
               ///< (also Container), std::thread.
  Erased,      ///< Owns a value of any type: std::any, std::promise<T>.
  Counted,     ///< Base class that counts references to its object.
  Opaque,      ///< Holds nothing that matters here: std::string.
};

/// What a handle's constructor from a plain pointer does to the count.
enum class PointerUse : uint8_t {
  Unknown,
  Adopts,  ///< The count that the pointer stands for is the handle's now.
  Retains, ///< The handle adds one of its own.
};

/// Model of a class or class template.
struct TypeModel {
  std::string Name; ///< Qualified, without inline namespaces and arguments.
  TypeRole Role = TypeRole::Opaque;
  bool Many = false; ///< Function role: holds any number (a signal).
  /// Indices of the template arguments that are held (or pointed to). Empty:
  /// the first one for handles, every type argument otherwise.
  std::vector<unsigned> Arguments;
  PointerUse Pointer = PointerUse::Unknown; ///< Strong and root handles only.
  std::string Family;                       ///< "std", "boost", "qt" ...
  /// Of the configuration in force: stands above annotations in the source.
  bool FromProject = false;
};

/// What a modelled function or method does.
enum class FunctionRole : uint8_t {
  Make,     ///< New object of the first template argument (or of the class,
            ///< for a static method) from the arguments; returns a handle.
  Identity, ///< Returns what its argument (or receiver) denotes: std::move,
            ///< static_pointer_cast, get, shared_from_this.
  Promote,  ///< Returns an owner of what a weak handle points to: lock.
  Adopt,    ///< Returns a handle that takes over the count of its argument.
  Retain,   ///< Returns a handle that adds a count to its argument's.
  Bind,     ///< Returns a callable that owns copies of its arguments.
  Insert,   ///< Stores its arguments into the receiver, beside what is there.
  Assign,   ///< Stores its arguments into the receiver, in place of the old.
  Clear,    ///< Empties the receiver: reset, clear.
  Erase,   ///< Takes some elements out of the receiver: erase, pop, disconnect.
  Take,    ///< Empties the receiver and returns what was there: release.
  Element, ///< Returns an element of the receiver: front, at, begin.
  Swap,    ///< Exchanges receiver (or first) and argument (or second).
  Exchange, ///< std::exchange: stores the second into the first, returns old.
  Call,     ///< Calls its callable arguments before it returns: std::for_each.
  Finish, ///< Waits until what the receiver holds has run, and drops it: join.
  Ignore, ///< Does nothing to ownership.
};

struct FunctionModel {
  std::string Name; ///< Qualified; methods: "std::vector::push_back" or, for
                    ///< every class of a family of shapes, "*::push_back".
  FunctionRole Role = FunctionRole::Ignore;
  std::string Family;       ///< As of types; or SharedFamily.
  bool FromProject = false; ///< As TypeModel::FromProject.
};

/// The family of methods that mean the same in every library.
constexpr llvm::StringLiteral SharedFamily = "shapes";

/// Lookup tables. A plain value: merge() lets user models replace presets.
class ModelTable {
public:
  /// Null when no model names the type (function).
  const TypeModel *type(llvm::StringRef QualifiedName) const;
  const FunctionModel *function(llvm::StringRef QualifiedName) const;
  /// The model of a method: `Class::Name`, else the shape `*::Name`. A shape
  /// speaks only for classes that have a type model, and not for opaque ones:
  /// the `push_back` of a class we know nothing about may do anything. Callers
  /// that look up methods by function() must keep to that as well.
  const FunctionModel *method(llvm::StringRef Class,
                              llvm::StringRef Name) const;

  void add(TypeModel Model);
  void add(FunctionModel Model);
  /// Entries of the project's own table replace entries of the same name.
  void merge(const ModelTable &Other);
  /// Leaves only models of families for which Keep answers true.
  void keepFamilies(llvm::function_ref<bool(llvm::StringRef)> Keep);
  /// Sorted by name.
  std::vector<const TypeModel *> types() const;
  std::vector<const FunctionModel *> functions() const;

private:
  llvm::StringMap<TypeModel> Types;
  llvm::StringMap<FunctionModel> Functions;
};

/// How YAML files and printed tables spell a role: "strong", "make".
llvm::StringRef roleName(TypeRole Role);
llvm::StringRef roleName(FunctionRole Role);
/// "adopts", "retains"; empty if unknown.
llvm::StringRef pointerUseName(PointerUse Use);

/// The role that a word names. The error says which words there are.
llvm::Expected<TypeRole> parseTypeRole(llvm::StringRef Word);
llvm::Expected<FunctionRole> parseFunctionRole(llvm::StringRef Word);

/// Parses models from YAML text. The error names file, line and column and
/// what was expected there.
llvm::Expected<ModelTable> parseModels(llvm::StringRef Yaml,
                                       llvm::StringRef FileName);

/// The presets that ship in the binary; parsed once, shared, thread-safe.
const ModelTable &builtinModels();

} // namespace refcycle::analyzer

#endif
