// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Follows a path of offsets through types: a member, what it points to, a
// member of that, until the slot.

#include "verify/FieldNames.h"
#include "facts/Fact.h"
#include "verify/DebugTypes.h"
#include "verify/TypeNames.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"

namespace refcycle::analyzer {

using llvm::ArrayRef;
using llvm::DWARFDie;
using llvm::StringRef;

struct FieldNames::Index {
  llvm::StringMap<std::unique_ptr<DebugTypes>> Loaded;

  const DebugTypes *of(const std::string &Path) {
    auto [Entry, New] = Loaded.try_emplace(Path);
    if (New)
      Entry->second = DebugTypes::load(Path);
    return Entry->second.get();
  }
};

FieldNames::FieldNames(std::vector<std::string> Names)
    : Modules(std::make_unique<Index>()) {
  for (const std::string &Name : Names)
    Handles.insert(canonicalName(Name));
}
FieldNames::~FieldNames() = default;

static bool isOwnHandle(StringRef Name) {
  return Name.consume_front("refcycle::") &&
         llvm::is_contained({"ref", "alias_ref", "shared_ref", "weak_ref",
                             "function", "interned"},
                            Name.split('<').first);
}

static bool isLibraryType(StringRef Name) {
  return Name.starts_with("std::") || Name.starts_with("boost::") ||
         Name.starts_with("__gnu_cxx::") || isOwnHandle(Name);
}

/// `function` for `std::function<void ()>`; empty for others' classes.
static StringRef standardClass(StringRef Type) {
  if (!Type.consume_front("std::"))
    return "";
  Type.consume_front("__1::"); // libc++'s inline namespace
  return Type.split('<').first;
}

static bool isFunction(StringRef Type) {
  StringRef Class = standardClass(Type);
  return Class == "function" || Class == "move_only_function";
}

/// Bytes that a node has in front of its element; containers whose nodes are
/// linked. Source: libstdc++ 12 and libc++ 22.
static std::optional<uint64_t> nodeHeader(StringRef Container) {
  StringRef Name = Container.split('<').first;
  Name = Name.rsplit("::").second.empty() ? Name : Name.rsplit("::").second;
  // libc++ keeps the hash in front of the element.
  uint64_t Hashed = Container.starts_with("std::__1::") ? 16 : 8;
  return llvm::StringSwitch<std::optional<uint64_t>>(Name)
      .Case("list", 16)
      .Case("forward_list", 8)
      .Cases({"map", "set", "multimap", "multiset"}, 32)
      .Cases({"unordered_map", "unordered_set", "unordered_multimap",
              "unordered_multiset"},
             Hashed)
      .Default(std::nullopt);
}

/// Bytes of one of the blocks of elements that a deque's array leads to. Source
/// as above.
static uint64_t dequeBlock(StringRef Container, uint64_t ElementSize) {
  if (Container.starts_with("std::__1::"))
    return ElementSize * (ElementSize < 256 ? 4096 / ElementSize : 16);
  return ElementSize * (ElementSize < 512 ? 512 / ElementSize : 1);
}

namespace {
/// One walk along one path.
class PathWalk {
public:
  PathWalk(const DebugTypes &Types, const std::set<std::string> &Handles,
           ArrayRef<PathStep> Steps)
      : Types(Types), Handles(Handles), Steps(Steps) {}

  std::vector<NamedHop> run(DWARFDie Class, uint64_t Offset);
  /// From a control block through its deleter, of type \p Argument as its
  /// template argument has it. Empty if the path leads elsewhere.
  std::vector<NamedHop> runDeleter(StringRef Argument, StringRef Family);

private:
  bool isInDeleter(DWARFDie Deleter, StringRef Family) const;
  void follow(DWARFDie Class, uint64_t Offset);
  DWARFDie fields(DWARFDie Class, uint64_t &Offset);
  void behind(DWARFDie Type);
  void element(DWARFDie Type, uint64_t Offset);
  void closure(const PathStep &Link, uint64_t Offset);
  void inClosure(DWARFDie Closure, uint64_t Offset);
  std::vector<DWARFDie> behindTable(StringRef Function, uint64_t &Offset) const;
  void wrapped(DWARFDie Function, uint64_t Offset);
  void inNode(DWARFDie Container, uint64_t Header);
  DWARFDie typeArgument(DWARFDie Class, unsigned Number) const;
  uint64_t slot() const { return Steps.front().Offset; }
  bool isLast() const { return Steps.size() == 1; }

  /// What is inside is nobody's business.
  bool isClosed(DWARFDie Type) const {
    std::string Name = Types.nameOf(Type);
    return isLibraryType(Name) || Handles.count(canonicalName(Name));
  }

  const DebugTypes &Types;
  const std::set<std::string> &Handles;
  ArrayRef<PathStep> Steps; ///< The front one is the block we are in.
  std::vector<NamedHop> Hops;
};
} // namespace

std::vector<NamedHop> PathWalk::run(DWARFDie Class, uint64_t Offset) {
  std::string Name = Types.nameOf(Class);
  if (isFunction(Name)) {
    // The counted object is a std::function itself.
    Hops.push_back({Name, "target", Holding::Closure, {}});
    wrapped(Class, Offset);
  } else {
    follow(Class, Offset);
  }
  if (!Hops.empty())
    Hops.back().How = Holding::Counts;
  return std::move(Hops);
}

/// Adds the members that lead to the slot, in this block and behind it.
void PathWalk::follow(DWARFDie Class, uint64_t Offset) {
  DWARFDie Type = fields(Class, Offset);
  if (!Type)
    return;
  if (isFunction(Types.nameOf(Type)))
    wrapped(Type, Offset);
  else if (!isLast())
    behind(Type);
}

/// A std::function keeps a small closure in itself and links to a large one.
void PathWalk::wrapped(DWARFDie Function, uint64_t Offset) {
  PathStep Link = Steps.front();
  if (!isLast())
    return behind(Function);
  if (Link.Code)
    closure(Link, Offset);
}

/// Of the template arguments that are types.
DWARFDie PathWalk::typeArgument(DWARFDie Class, unsigned Number) const {
  for (DWARFDie Child : Class.children())
    if (Child.getTag() == llvm::dwarf::DW_TAG_template_type_parameter &&
        Number-- == 0)
      return Types.typeOf(Child);
  return {};
}

static std::string fieldName(DWARFDie Member) {
  const char *Name = Member.getShortName();
  StringRef Text = Name ? Name : "";
  // GCC's closures: `__self` is the capture `self`.
  if (Text.size() > 2 && Text.starts_with("__"))
    Text = Text.drop_front(2);
  return Text.str();
}

/// Adds the members that lead to \p Offset, from the outermost on. Returns the
/// type of the innermost, and what is left of the offset.
DWARFDie PathWalk::fields(DWARFDie Class, uint64_t &Offset) {
  for (;;) {
    std::optional<MemberAt> At = Types.memberAt(Class, Offset);
    if (!At)
      return {};
    std::string Name = fieldName(At->Member);
    if (!Name.empty()) // An anonymous struct or union is no step.
      Hops.push_back({Types.nameOf(At->Owner), Name, Holding::Contains,
                      declarationOf(At->Member)});
    DWARFDie Type = Types.typeOf(At->Member);
    Offset = At->Offset;
    while (Type && Type.getTag() == llvm::dwarf::DW_TAG_array_type) {
      Type = Types.typeOf(Type);
      Offset %= std::max<uint64_t>(Types.sizeOf(Type), 1);
    }
    if (!Type || isClosed(Type) || !Types.memberAt(Type, Offset))
      return Type;
    Class = Type;
  }
}

/// The element at \p Offset within a block of a container: a class of the
/// user's has a field there; a pair may contain one.
void PathWalk::element(DWARFDie Type, uint64_t Offset) {
  if (!Type)
    return;
  std::string Name = Types.nameOf(Type);
  if (standardClass(Name) == "pair")
    if (auto Part = Types.memberAt(Type, Offset))
      return element(Types.typeOf(Part->Member), Part->Offset);
  if (isFunction(Name))
    wrapped(Type, Offset);
  else if (!isClosed(Type) && Types.memberAt(Type, Offset))
    follow(Type, Offset);
  else if (!isLast())
    behind(Type);
}

/// Node containers say `map<Key, Value>`; their element is the pair of both.
static bool isMap(StringRef Name) {
  return StringRef(Name.split('<').first).ends_with("map");
}

void PathWalk::inNode(DWARFDie Container, uint64_t Header) {
  DWARFDie First = typeArgument(Container, 0);
  DWARFDie Value =
      isMap(Types.nameOf(Container)) ? typeArgument(Container, 1) : DWARFDie();
  if (!First)
    return;
  uint64_t Align = std::max<uint64_t>(
      {8, Types.alignmentOf(First), Types.alignmentOf(Value)});
  uint64_t ValueAt =
      llvm::alignTo(Types.sizeOf(First), Types.alignmentOf(Value));
  uint64_t Start = llvm::alignTo(Header, Align);
  uint64_t End = Start + llvm::alignTo(ValueAt + Types.sizeOf(Value), Align);
  // From node to node, or through an array of them, to the one that the path
  // leaves through its element. libstdc++ may keep a hash behind that.
  while (!isLast() && (slot() < Start || Steps.front().BlockSize < End ||
                       Steps.front().BlockSize > End + Align))
    Steps = Steps.drop_front();
  if (slot() < Start)
    return;
  uint64_t Offset = slot() - Start;
  if (Value && Offset >= ValueAt)
    element(Value, Offset - ValueAt);
  else
    element(First, Offset);
}

/// The path goes on in a block that something of \p Type points to.
void PathWalk::behind(DWARFDie Type) {
  std::string Name = Types.nameOf(Type);
  PathStep Link = Steps.front();
  Steps = Steps.drop_front();
  Hops.back().How = Holding::Points;
  if (Type.getTag() == llvm::dwarf::DW_TAG_pointer_type)
    return element(Types.typeOf(Type), slot());
  if (isFunction(Name) && Link.Code)
    return closure(Link, slot());
  if (auto Header = nodeHeader(Name))
    return inNode(Type, *Header);
  DWARFDie Held = typeArgument(Type, 0);
  uint64_t Size = Types.sizeOf(Held);
  if (Size == 0)
    return;
  if (standardClass(Name) == "deque" && !isLast() &&
      Steps.front().BlockSize != dequeBlock(Name, Size))
    Steps = Steps.drop_front();
  element(Held, slot() % Size);
}

namespace {
/// A closure as the template arguments of its wrapper have it.
struct ClosureName {
  std::string Function; ///< The one it is written in.
  unsigned Number = 0;  ///< Within that.
};
} // namespace

/// `f()::'lambda'(int)`, then `'lambda0'`; of a function that other units do
/// not have, Clang says `f()::$_0`.
static std::optional<ClosureName> closureName(StringRef Argument) {
  if (size_t At = Argument.rfind("::'lambda"); At != StringRef::npos) {
    ClosureName Result{Argument.take_front(At).str(), 0};
    StringRef Number = Argument.drop_front(At + strlen("::'lambda"));
    if (!Number.split('\'').first.getAsInteger(10, Result.Number))
      ++Result.Number;
    return Result;
  }
  if (size_t At = Argument.rfind("::$_"); At != StringRef::npos) {
    ClosureName Result{Argument.take_front(At).str(), 0};
    if (!Argument.drop_front(At + strlen("::$_"))
             .getAsInteger(10, Result.Number))
      return Result;
  }
  return std::nullopt;
}

/// libc++'s closures lie behind a virtual table: takes that off \p Offset.
std::vector<DWARFDie> PathWalk::behindTable(StringRef Function,
                                            uint64_t &Offset) const {
  constexpr uint64_t TableSize = 8;
  for (uint64_t Start : {TableSize, 2 * TableSize}) {
    if (Offset < Start)
      break;
    std::vector<DWARFDie> Result = Types.closuresWith(Function, Offset - Start);
    llvm::erase_if(Result, [&](DWARFDie Closure) {
      return llvm::alignTo(TableSize, Types.alignmentOf(Closure)) != Start;
    });
    if (Result.empty())
      continue;
    Offset -= Start;
    return Result;
  }
  return {};
}

/// Of closures in the same function, in the order of their lines.
static DWARFDie pickClosure(const ClosureName &Name,
                            ArrayRef<DWARFDie> Candidates) {
  if (Candidates.size() == 1)
    return Candidates.front();
  return Name.Number < Candidates.size() ? Candidates[Name.Number] : DWARFDie();
}

void PathWalk::closure(const PathStep &Link, uint64_t Offset) {
  Hops.back().How = Holding::Closure;
  std::string Function = Types.functionAt(Link.Code->Offset);
  std::optional<ClosureName> Functor;
  for (const std::string &Argument : templateArguments(Function))
    if (auto Name = closureName(Argument))
      Functor = Name;
  if (!Functor)
    return;
  std::vector<DWARFDie> Candidates =
      StringRef(Function).contains("__function::__func<")
          ? behindTable(Functor->Function, Offset)
          : Types.closuresWith(Functor->Function, Offset);
  if (DWARFDie Found = pickClosure(*Functor, Candidates))
    inClosure(Found, Offset);
}

void PathWalk::inClosure(DWARFDie Closure, uint64_t Offset) {
  SourceRef Loc = declarationOf(Closure);
  size_t First = Hops.size();
  follow(Closure, Offset);
  if (First != Hops.size())
    Hops[First].Class = Loc.isValid() ? "(lambda at " + Loc.File + ":" +
                                            std::to_string(Loc.Line) + ":" +
                                            std::to_string(Loc.Column) + ")"
                                      : "(lambda)";
}

/// Where a control block of a separate object has its deleter; \p Alignment of
/// that. libc++ keeps it and the pointer in front of it in one aligned class.
static uint64_t deleterOffset(StringRef Family, uint64_t Alignment) {
  if (Family == "libc++")
    return llvm::alignTo(llvm::alignTo(24, Alignment) + 8, Alignment);
  return llvm::alignTo(Family == "boost" ? 24 : 16, Alignment);
}

/// Is that a control block with a deleter of this class? Otherwise the path may
/// lead from it to the object. libstdc++ has the pointer to that at the end.
bool PathWalk::isInDeleter(DWARFDie Deleter, StringRef Family) const {
  uint64_t Size = deleterOffset(Family, Types.alignmentOf(Deleter)) +
                  llvm::alignTo(Types.sizeOf(Deleter), 8) +
                  (Family == "libstdc++" ? 8 : 0);
  constexpr uint64_t AllocationUnit = 16;
  return Size <= Steps.front().BlockSize &&
         Steps.front().BlockSize < Size + AllocationUnit;
}

std::vector<NamedHop> PathWalk::runDeleter(StringRef Argument,
                                           StringRef Family) {
  Hops.push_back({ControlBlockKey, "deleter", Holding::Closure, {}});
  if (std::optional<ClosureName> Name = closureName(Argument)) {
    uint64_t Offset = slot() - deleterOffset(Family, /*Alignment=*/8);
    std::vector<DWARFDie> Candidates =
        Types.closuresWith(Name->Function, Offset);
    llvm::erase_if(Candidates,
                   [&](DWARFDie Die) { return !isInDeleter(Die, Family); });
    if (DWARFDie Found = pickClosure(*Name, Candidates)) {
      Hops.front().Loc = declarationOf(Found);
      inClosure(Found, Offset);
    }
  } else if (DWARFDie Class = Types.find(Argument);
             Class && isInDeleter(Class, Family)) {
    uint64_t Offset = slot() - deleterOffset(Family, Types.alignmentOf(Class));
    if (isFunction(Argument) && Offset < Types.sizeOf(Class))
      wrapped(Class, Offset);
    else
      follow(Class, Offset);
  }
  if (Hops.size() == 1)
    return {};
  Hops.back().How = Holding::Counts;
  return std::move(Hops);
}

static bool isBoostArray(StringRef MangledBlock) {
  return MangledBlock.contains("13sp_array_base");
}

/// What a control block keeps between the counts and the object: its allocator,
/// unless that has no members. Boost's arrays say how many elements there are,
/// too.
static uint64_t keptSize(const BlockType &Type, const DebugTypes *Types) {
  std::vector<std::string> Arguments =
      templateArguments(demangledType(Type.Mangled));
  size_t Kept = isBoostArray(Type.Mangled) ? 0 : 1;
  if (!Types || Arguments.size() <= Kept)
    return 0;
  DWARFDie Class = Types->find(Arguments[Kept]);
  uint64_t Size = Class ? Types->sizeOf(Class) : 0;
  return Size > 1 ? Size : 0;
}

/// Where in its control block an object begins; \p Alignment of its type.
static uint64_t objectOffset(const BlockType &Type, uint64_t Alignment,
                             uint64_t KeptSize) {
  StringRef Block = Type.Mangled;
  uint64_t Align = std::max<uint64_t>(Alignment, 8);
  // In Boost, behind a flag of the deleter that contains it.
  if (Block.contains("sp_ms_deleter"))
    return llvm::alignTo(24, Align) + Align;
  if (Block.contains("sp_as_deleter"))
    return llvm::alignTo(24, Align);
  // In front of the elements stands their number.
  uint64_t Counts = Type.Family == "libc++" ? 24 : 16;
  if (Block.contains("unbounded_array_control_block"))
    Counts += 8;
  return llvm::alignTo(Counts + KeptSize, Align);
}

/// Made by `new T[n]`: in front of the elements stands their number, as they
/// have a destructor, for otherwise they would own nothing.
static bool isNewArray(const BlockType &Type) {
  std::vector<std::string> Arguments =
      templateArguments(demangledType(Type.Mangled));
  if (!Type.Separate || Arguments.size() < 2)
    return false;
  StringRef Deleter = Arguments[1];
  return Deleter.contains("[]") || Deleter.contains("sp_array_delete") ||
         Deleter.contains("checked_array_delete");
}

/// A handle to what has a control block is two words, and the slot is the
/// second; any other, and a link, stands for itself.
static NamedHop unnamed(const std::string &Class, uint64_t Offset,
                        bool IsSecondWord) {
  if (IsSecondWord && Offset >= 8)
    Offset -= 8;
  return {Class, "+" + std::to_string(Offset), Holding::Counts, {}};
}

std::vector<NamedHop> FieldNames::name(const BlockType &From,
                                       const BlockType &To,
                                       ArrayRef<PathStep> Path) {
  std::string Class = managedType(From);
  if (Path.empty())
    return {{Class, "?", Holding::Counts, {}}};
  const DebugTypes *Types = Modules->of(From.Module);
  if (From.Separate) {
    std::vector<std::string> Arguments =
        templateArguments(demangledType(From.Mangled));
    if (Types && Arguments.size() > 1) {
      std::vector<NamedHop> Hops =
          PathWalk(*Types, Handles, Path).runDeleter(Arguments[1], From.Family);
      if (!Hops.empty())
        return Hops;
    }
    if (Path.size() == 1) // The slot lies in the control block itself.
      return {{ControlBlockKey, "deleter", Holding::Counts, {}}};
    Path = Path.drop_front();
  }
  DWARFDie Die = Types ? Types->find(Class) : DWARFDie();
  uint64_t Alignment = Die ? Types->alignmentOf(Die) : 1;
  uint64_t Start = 0;
  if (!From.Separate && !From.countsItself())
    Start = objectOffset(From, Alignment, keptSize(From, Types));
  else if (isNewArray(From))
    Start = std::max<uint64_t>(Alignment, 8);
  if (Path.front().Offset < Start)
    return {{ControlBlockKey, "allocator", Holding::Counts, {}}};
  uint64_t Offset = Path.front().Offset - Start;
  if (Die) {
    if (isNewArray(From) || StringRef(From.Mangled).contains("_array"))
      Offset %= std::max<uint64_t>(Types->sizeOf(Die), 1);
    std::vector<NamedHop> Hops =
        PathWalk(*Types, Handles, Path).run(Die, Offset);
    if (!Hops.empty())
      return Hops;
  }
  return {unnamed(Class, Offset, Path.size() == 1 && !To.countsItself())};
}

} // namespace refcycle::analyzer
