// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "verify/DebugTypes.h"
#include "verify/TypeNames.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Object/ELFObjectFile.h"

namespace refcycle::analyzer {

using llvm::DWARFDie;
using llvm::StringRef;
using namespace llvm::dwarf;

static bool isClass(DWARFDie Die) {
  return Die.getTag() == DW_TAG_class_type ||
         Die.getTag() == DW_TAG_structure_type ||
         Die.getTag() == DW_TAG_union_type;
}

/// Parameters say nothing that a lookup needs, and every writer spells them in
/// its own way: `f(int)::A` -> `f::A`.
static std::string withoutParameters(StringRef Name) {
  std::string Result;
  int Depth = 0;
  for (char C : Name) {
    if (C == '(')
      ++Depth;
    if (Depth == 0)
      Result += C;
    if (C == ')')
      --Depth;
  }
  return Result;
}

static std::string lookupName(StringRef Name) {
  std::string Text = canonicalName(Name);
  for (StringRef Noise : {" const::", "const::"})
    for (size_t At;
         (At = StringRef(Text).find((")" + Noise).str())) != StringRef::npos;)
      Text.erase(At + 1, Noise.size() - 2);
  return withoutParameters(Text);
}

std::unique_ptr<DebugTypes> DebugTypes::load(const std::string &Path) {
  auto File = llvm::object::ObjectFile::createObjectFile(Path);
  if (!File) {
    llvm::consumeError(File.takeError());
    return nullptr;
  }
  return std::unique_ptr<DebugTypes>(new DebugTypes(std::move(*File)));
}

DebugTypes::DebugTypes(
    llvm::object::OwningBinary<llvm::object::ObjectFile> Owned)
    : File(std::move(Owned)) {
  // What is wrong with a module's debug information costs names, nothing else.
  auto Ignore = [](llvm::Error E) { llvm::consumeError(std::move(E)); };
  Context = llvm::DWARFContext::create(
      *File.getBinary(), llvm::DWARFContext::ProcessDebugRelocations::Process,
      nullptr, "", Ignore, Ignore);
  for (const auto &Unit : Context->info_section_units())
    index(Unit->getUnitDIE(/*ExtractUnitDIEOnly=*/false), "", "");
  indexSymbols();
}

static StringRef shortName(DWARFDie Die) {
  const char *Name = Die.getShortName();
  return Name ? Name : "";
}

static bool isClosure(DWARFDie Die) {
  StringRef Name = shortName(Die);
  if (Name.starts_with("<lambda") || Name.starts_with("._anon"))
    return true;
  if (!Name.empty())
    return false;
  // Other unnamed classes have no call operator. Where Clang inlined that, it
  // does not say that there was one; but few unnamed ones are a `class`.
  return Die.getTag() == DW_TAG_class_type ||
         llvm::any_of(Die.children(), [](DWARFDie Child) {
           return shortName(Child) == "operator()";
         });
}

/// A definition out of its class or a concrete copy says by reference what it
/// is.
static std::string scopeName(const std::string &Prefix, DWARFDie Die) {
  for (auto Reference : {DW_AT_specification, DW_AT_abstract_origin})
    if (DWARFDie Declaration =
            Die.getAttributeValueAsReferencedDie(Reference)) {
      std::string Outer;
      for (DWARFDie Scope = Declaration.getParent(); Scope;
           Scope = Scope.getParent())
        if (isClass(Scope) || Scope.getTag() == DW_TAG_namespace)
          Outer = (shortName(Scope) + "::" + Outer).str();
      return Outer + shortName(Declaration).str();
    }
  StringRef Name = shortName(Die);
  if (Name.empty())
    return Prefix;
  return Prefix.empty() ? Name.str() : Prefix + "::" + Name.str();
}

void DebugTypes::index(DWARFDie Scope, const std::string &Prefix,
                       const std::string &Function) {
  for (DWARFDie Child : Scope.children()) {
    switch (Child.getTag()) {
    case DW_TAG_namespace:
      index(Child, scopeName(Prefix, Child), "");
      break;
    case DW_TAG_subprogram:
    case DW_TAG_lexical_block: {
      std::string Name = Child.getTag() == DW_TAG_subprogram
                             ? scopeName(Prefix, Child)
                             : Prefix;
      index(Child, Name, Name);
      break;
    }
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type: {
      if (isClosure(Child))
        Closures.push_back(
            {lookupName(Function.empty() ? Prefix : Function), Child});
      std::string Name = scopeName(Prefix, Child);
      if (!Child.find(DW_AT_declaration) && !shortName(Child).empty()) {
        Classes.try_emplace(canonicalName(Name), Child);
        ClassesByLookup.try_emplace(lookupName(Name), Child);
      }
      index(Child, Name, "");
      break;
    }
    default:
      break;
    }
  }
}

DWARFDie DebugTypes::find(StringRef Name) const {
  // Classes may differ in the parameters of a function type only; but compilers
  // and demanglers do not agree how to write those.
  if (DWARFDie Same = Classes.lookup(canonicalName(Name)))
    return Same;
  return ClassesByLookup.lookup(lookupName(Name));
}

std::string DebugTypes::nameOf(DWARFDie Class) const {
  std::string Name;
  for (DWARFDie Scope = Class; Scope; Scope = Scope.getParent()) {
    if (Scope.getTag() == DW_TAG_compile_unit ||
        Scope.getTag() == DW_TAG_type_unit)
      break;
    if (StringRef Part = shortName(Scope); !Part.empty())
      Name = Name.empty() ? Part.str() : (Part + "::" + Name).str();
  }
  return Name;
}

DWARFDie DebugTypes::typeOf(DWARFDie Entity) const {
  DWARFDie Type = Entity.getAttributeValueAsReferencedDie(DW_AT_type);
  while (Type && (Type.getTag() == DW_TAG_typedef ||
                  Type.getTag() == DW_TAG_const_type ||
                  Type.getTag() == DW_TAG_volatile_type ||
                  Type.getTag() == DW_TAG_template_alias))
    Type = Type.getAttributeValueAsReferencedDie(DW_AT_type);
  if (Type && isClass(Type) && Type.find(DW_AT_declaration))
    if (DWARFDie Complete = find(nameOf(Type)))
      return Complete;
  return Type;
}

static uint64_t elementCount(DWARFDie Array) {
  uint64_t Count = 1;
  for (DWARFDie Child : Array.children()) {
    if (Child.getTag() != DW_TAG_subrange_type)
      continue;
    if (auto N = toUnsigned(Child.find(DW_AT_count)))
      Count *= *N;
    else if (auto Last = toUnsigned(Child.find(DW_AT_upper_bound)))
      Count *= *Last + 1;
  }
  return Count;
}

uint64_t DebugTypes::sizeOf(DWARFDie Type) const {
  if (!Type)
    return 0;
  if (Type.getTag() == DW_TAG_array_type)
    return elementCount(Type) * sizeOf(typeOf(Type));
  uint64_t Pointer = Type.getTag() == DW_TAG_pointer_type ||
                             Type.getTag() == DW_TAG_reference_type
                         ? 8
                         : 0;
  return toUnsigned(Type.find(DW_AT_byte_size), Pointer);
}

uint64_t DebugTypes::alignmentOf(DWARFDie Type) const {
  if (!Type)
    return 1;
  if (auto Stated = toUnsigned(Type.find(DW_AT_alignment)))
    return *Stated;
  if (Type.getTag() == DW_TAG_array_type)
    return alignmentOf(typeOf(Type));
  if (!isClass(Type))
    return std::clamp<uint64_t>(llvm::bit_floor(sizeOf(Type)), 1, 16);
  uint64_t Most = 1;
  for (DWARFDie Child : Type.children()) {
    if (Child.getTag() != DW_TAG_member && Child.getTag() != DW_TAG_inheritance)
      continue;
    uint64_t Stated = toUnsigned(Child.find(DW_AT_alignment), 1);
    Most = std::max({Most, Stated, alignmentOf(typeOf(Child))});
  }
  return Most;
}

/// Adds the virtual bases of a class and of its bases.
void DebugTypes::addVirtualBases(DWARFDie Class,
                                 std::vector<DWARFDie> &Into) const {
  for (DWARFDie Child : Class.children()) {
    if (Child.getTag() != DW_TAG_inheritance)
      continue;
    DWARFDie Base = typeOf(Child);
    if (Child.find(DW_AT_virtuality) && !llvm::is_contained(Into, Base))
      Into.push_back(Base);
    addVirtualBases(Base, Into);
  }
}

/// Where virtual bases lie, only the virtual table tells; but they come last,
/// and there is seldom more than one.
std::optional<MemberAt> DebugTypes::memberAt(DWARFDie Class,
                                             uint64_t Offset) const {
  std::vector<DWARFDie> Bases;
  addVirtualBases(Class, Bases);
  if (Bases.size() == 1 && sizeOf(Bases.front()) <= sizeOf(Class)) {
    uint64_t Start = llvm::alignDown(sizeOf(Class) - sizeOf(Bases.front()),
                                     alignmentOf(Bases.front()));
    if (Offset >= Start)
      return ownMemberAt(Bases.front(), Offset - Start);
  }
  return ownMemberAt(Class, Offset);
}

std::optional<MemberAt> DebugTypes::ownMemberAt(DWARFDie Class,
                                                uint64_t Offset) const {
  // Of a class that is only declared here the size is not known: what lies in
  // front of the next member belongs to it.
  std::optional<MemberAt> Incomplete;
  for (DWARFDie Child : Class.children()) {
    bool IsBase = Child.getTag() == DW_TAG_inheritance;
    if (!IsBase && Child.getTag() != DW_TAG_member)
      continue;
    // Static members have no place; members of unions need not say theirs.
    auto At = toUnsigned(Child.find(DW_AT_data_member_location));
    if (!At && Class.getTag() != DW_TAG_union_type)
      continue;
    uint64_t Start = At.value_or(0);
    DWARFDie Type = typeOf(Child);
    if (!IsBase && Start <= Offset && Type && Type.find(DW_AT_declaration) &&
        (!Incomplete || Offset - Start < Incomplete->Offset))
      Incomplete = MemberAt{Class, Child, Offset - Start};
    if (Offset < Start || Offset - Start >= sizeOf(Type))
      continue;
    if (!IsBase)
      return MemberAt{Class, Child, Offset - Start};
    // An empty base shares its place with members.
    if (auto Inherited = ownMemberAt(Type, Offset - Start))
      return Inherited;
  }
  return Incomplete;
}

std::vector<DWARFDie> DebugTypes::closuresWith(StringRef Function,
                                               uint64_t Offset) const {
  std::vector<DWARFDie> Result;
  std::string Wanted = lookupName(Function);
  for (const ClosureType &C : Closures)
    if ((Function.empty() || C.Function == Wanted) && memberAt(C.Die, Offset))
      Result.push_back(C.Die);
  llvm::sort(Result, [](DWARFDie A, DWARFDie B) {
    return std::make_pair(A.getDeclLine(), A.getOffset()) <
           std::make_pair(B.getDeclLine(), B.getOffset());
  });
  return Result;
}

/// Where a module's first segment wants to be: offsets in memory count from it.
static uint64_t lowestSegment(const llvm::object::ELF64LEObjectFile &Elf) {
  auto Headers = Elf.getELFFile().program_headers();
  if (!Headers) {
    llvm::consumeError(Headers.takeError());
    return 0;
  }
  uint64_t Lowest = UINT64_MAX;
  for (const auto &Header : *Headers)
    if (Header.p_type == llvm::ELF::PT_LOAD)
      Lowest = std::min<uint64_t>(Lowest, Header.p_vaddr & ~uint64_t(4095));
  return Lowest == UINT64_MAX ? 0 : Lowest;
}

void DebugTypes::indexSymbols() {
  auto *Elf = llvm::dyn_cast<llvm::object::ELFObjectFileBase>(File.getBinary());
  if (!Elf)
    return;
  LoadBase = loadBaseOf(*Elf);
  auto Add = [&](llvm::object::ELFSymbolRef Symbol) {
    auto Type = Symbol.getType();
    auto Name = Symbol.getName();
    auto Address = Symbol.getAddress();
    if (Type && Name && Address &&
        *Type == llvm::object::SymbolRef::ST_Function)
      Symbols.push_back({*Address, Symbol.getSize(), Name->str()});
    llvm::consumeError(Type.takeError());
    llvm::consumeError(Name.takeError());
    llvm::consumeError(Address.takeError());
  };
  for (llvm::object::ELFSymbolRef Symbol : Elf->symbols())
    Add(Symbol);
  for (llvm::object::ELFSymbolRef Symbol : Elf->getDynamicSymbolIterators())
    Add(Symbol);
  llvm::sort(Symbols, [](const Symbol &A, const Symbol &B) {
    return std::tie(A.Start, A.Name) < std::tie(B.Start, B.Name);
  });
}

uint64_t loadBaseOf(const llvm::object::ObjectFile &File) {
  auto *Elf = llvm::dyn_cast<llvm::object::ELF64LEObjectFile>(&File);
  return Elf ? lowestSegment(*Elf) : 0;
}

std::string DebugTypes::functionAt(uint64_t Offset) const {
  uint64_t Address = LoadBase + Offset;
  auto After =
      llvm::upper_bound(Symbols, Address, [](uint64_t A, const Symbol &S) {
        return A < S.Start;
      });
  while (After != Symbols.begin()) {
    --After;
    if (Address - After->Start < std::max<uint64_t>(After->Size, 1))
      return llvm::demangle(After->Name);
    if (Address - After->Start > 1 << 20)
      break;
  }
  return "";
}

std::string filePath(llvm::DWARFUnit &Unit, uint64_t Index) {
  std::string Name;
  const char *Folder = Unit.getCompilationDir();
  if (const auto *Table = Unit.getContext().getLineTableForUnit(&Unit))
    Table->getFileNameByIndex(
        Index, Folder ? Folder : "",
        llvm::DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath, Name);
  return Name;
}

SourceRef declarationOf(DWARFDie Die) {
  SourceRef Loc;
  // DWARFDie::getDeclFile() knows no file that stands in the abbreviation, as
  // GCC has it where all fields of a class are from one header.
  if (auto Index = toUnsigned(Die.findRecursively(DW_AT_decl_file)))
    Loc.File = filePath(*Die.getDwarfUnit(), *Index);
  Loc.Line = Loc.File.empty() ? 0 : uint32_t(Die.getDeclLine());
  Loc.Column = uint32_t(toUnsigned(Die.find(DW_AT_decl_column), 0));
  return Loc;
}

} // namespace refcycle::analyzer
