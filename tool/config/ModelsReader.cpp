// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "config/ModelsReader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace refcycle::analyzer {

using llvm::Error;
using llvm::StringRef;

/// The names of every role, in the order of the enumerators.
template <typename Role>
static llvm::SmallVector<StringRef> roleNames(Role Last) {
  llvm::SmallVector<StringRef> Names;
  for (unsigned I = 0; I <= unsigned(Last); ++I)
    Names.push_back(roleName(Role(I)));
  return Names;
}

template <typename Role>
static llvm::Expected<Role> parseRole(StringRef Word, Role Last) {
  llvm::SmallVector<StringRef> Names = roleNames(Last);
  const auto *Known = llvm::find(Names, Word);
  if (Known == Names.end())
    return llvm::createStringError("unknown role '" + Word + "', " +
                                   expectedOneOf(Word, Names));
  return Role(Known - Names.begin());
}

llvm::Expected<TypeRole> parseTypeRole(StringRef Word) {
  return parseRole(Word, TypeRole::Opaque);
}

llvm::Expected<FunctionRole> parseFunctionRole(StringRef Word) {
  return parseRole(Word, FunctionRole::Ignore);
}

/// Calls Read with the role that each key names.
template <typename Role>
static Error
readByRole(const YamlFile &File, const YamlNode &Node, Role Last,
           llvm::function_ref<Error(Role, const YamlNode &)> Read) {
  return readAnyMap(File, Node, [&](const YamlKey &Key, const YamlNode &List) {
    llvm::Expected<Role> Known = parseRole(Key.Text, Last);
    if (!Known)
      return File.error(Key.Mark, llvm::toString(Known.takeError()));
    return readList(File, List, "models",
                    [&](const YamlNode &Item) { return Read(*Known, Item); });
  });
}

static bool isIdentifier(StringRef Word) {
  return !Word.empty() && !llvm::isDigit(Word.front()) &&
         llvm::all_of(Word,
                      [](char C) { return llvm::isAlnum(C) || C == '_'; });
}

bool isQualifiedName(StringRef Name) {
  llvm::SmallVector<StringRef> Parts;
  Name.split(Parts, "::");
  return llvm::all_of(Parts, isIdentifier);
}

/// What may follow the word `operator`: symbols, or a type after a space.
static bool isOperatorSymbol(StringRef Symbol) {
  return Symbol.starts_with(" ") ||
         (!Symbol.empty() && llvm::all_of(Symbol, [](char C) {
           return StringRef("+-*/%^&|~!=<>,()[]").contains(C);
         }));
}

bool isFunctionName(StringRef Name) {
  constexpr StringRef Operator = "operator";
  Name.consume_front("*::");
  size_t At = Name.rfind(Operator);
  if (At != StringRef::npos &&
      isOperatorSymbol(Name.drop_front(At + Operator.size())))
    Name = Name.take_front(At + Operator.size());
  return isQualifiedName(Name);
}

Error ModelsReader::checkNew(llvm::StringMap<YamlMark> &Seen, StringRef Name,
                             YamlMark Where) {
  auto [Known, New] = Seen.try_emplace(Name, Where);
  if (New)
    return Error::success();
  return File.error(Where, "'" + Name + "' has a model already, at line " +
                               llvm::Twine(Known->second.Line));
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

Error ModelsReader::addType(const YamlNode &Name, TypeModel Model) {
  constexpr const char *What = "a qualified name without template arguments, "
                               "such as ns::Handle";
  if (Error E = readText(File, Name, What, Model.Name))
    return E;
  if (!isQualifiedName(Model.Name))
    return File.error(Name.Mark, llvm::Twine("expected ") + What);
  if (Error E = checkNew(TypesSeen, Model.Name, Name.Mark))
    return E;
  Table.add(std::move(Model));
  return Error::success();
}

Error ModelsReader::readTypeNames(const YamlNode &Node, const TypeModel &Like) {
  return readList(File, Node, "names",
                  [&](const YamlNode &Name) { return addType(Name, Like); });
}

static Error readPointerUse(const YamlFile &File, const YamlNode &Node,
                            PointerUse &Into) {
  for (PointerUse Use : {PointerUse::Adopts, PointerUse::Retains})
    if (Node.Type == YamlNode::Kind::Scalar &&
        Node.Text == pointerUseName(Use)) {
      Into = Use;
      return Error::success();
    }
  return File.error(Node.Mark, "expected adopts or retains");
}

/// A name, or a map with `name` or `names` and what they have in common.
Error ModelsReader::readType(TypeRole Role, const YamlNode &Node) {
  TypeModel Model;
  Model.Role = Role;
  Model.Family = Family;
  if (Node.Type != YamlNode::Kind::Map)
    return addType(Node, Model);

  const YamlNode *Name = nullptr, *Names = nullptr;
  auto Keep = [](const YamlNode *&Into) {
    return [&Into](const YamlNode &Value) {
      Into = &Value;
      return Error::success();
    };
  };
  auto ReadArgument = [&](const YamlNode &Index) {
    Model.Arguments.push_back(0);
    return readNumber(File, Index, Model.Arguments.back());
  };
  Error E = readMap(
      File, Node,
      {{"name", Keep(Name)},
       {"names", Keep(Names)},
       {"arguments",
        [&](const YamlNode &List) {
          return readList(File, List, "template argument indices",
                          ReadArgument);
        }},
       {"many",
        [&](const YamlNode &Flag) { return readFlag(File, Flag, Model.Many); }},
       {"pointer", [&](const YamlNode &Use) {
          return readPointerUse(File, Use, Model.Pointer);
        }}});
  if (E)
    return E;
  if (!Name == !Names)
    return File.error(Node.Mark, "expected either 'name' or 'names'");
  if (Model.Many && Role != TypeRole::Function)
    return File.error(Node.Mark, "'many' is for the role function only");
  if (Model.Pointer != PointerUse::Unknown && Role != TypeRole::Strong &&
      Role != TypeRole::Root)
    return File.error(Node.Mark,
                      "'pointer' is for the roles strong and root only");
  return Name ? addType(*Name, Model) : readTypeNames(*Names, Model);
}

Error ModelsReader::readTypes(const YamlNode &Node) {
  return readByRole<TypeRole>(File, Node, TypeRole::Opaque,
                              [&](TypeRole Role, const YamlNode &Item) {
                                return readType(Role, Item);
                              });
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

Error ModelsReader::addFunction(const YamlNode &Where, std::string Name,
                                FunctionRole Role) {
  if (!isFunctionName(Name))
    return File.error(Where.Mark,
                      "expected a function without arguments, such as "
                      "ns::make, ns::Handle::reset or '*::push_back'");
  if (Error E = checkNew(FunctionsSeen, Name, Where.Mark))
    return E;
  Table.add(FunctionModel{std::move(Name), Role, Family});
  return Error::success();
}

/// A name, or a map `{of: classes, methods: names}`: every method of each.
Error ModelsReader::readFunction(FunctionRole Role, const YamlNode &Node) {
  std::string Name;
  if (Node.Type != YamlNode::Kind::Map) {
    if (Error E = readText(File, Node, "a qualified function name", Name))
      return E;
    return addFunction(Node, std::move(Name), Role);
  }

  std::vector<std::string> Classes;
  const YamlNode *Methods = nullptr;
  auto ReadClass = [&](const YamlNode &Class) {
    return readText(File, Class, "a class name", Classes.emplace_back());
  };
  Error E = readMap(File, Node,
                    {{"of",
                      [&](const YamlNode &List) {
                        return List.Type == YamlNode::Kind::Scalar
                                   ? ReadClass(List)
                                   : readList(File, List, "classes", ReadClass);
                      }},
                     {"methods", [&](const YamlNode &List) {
                        Methods = &List;
                        return Error::success();
                      }}});
  if (E)
    return E;
  if (Classes.empty() || !Methods)
    return File.error(Node.Mark, "expected 'of' (classes) and 'methods'");
  return readList(
      File, *Methods, "methods", [&](const YamlNode &Method) -> Error {
        if (Error E = readText(File, Method, "a method name", Name))
          return E;
        for (const std::string &Class : Classes)
          if (Error E = addFunction(Method, Class + "::" + Name, Role))
            return E;
        return Error::success();
      });
}

Error ModelsReader::readFunctions(const YamlNode &Node) {
  return readByRole<FunctionRole>(File, Node, FunctionRole::Ignore,
                                  [&](FunctionRole Role, const YamlNode &Item) {
                                    return readFunction(Role, Item);
                                  });
}

Error ModelsReader::readFamilies(const YamlNode &Node) {
  return readAnyMap(
      File, Node, [&](const YamlKey &Key, const YamlNode &Models) {
        std::string Outer = std::exchange(Family, Key.Text);
        Error E =
            readMap(File, Models,
                    {{"types", [&](const YamlNode &N) { return readTypes(N); }},
                     {"functions",
                      [&](const YamlNode &N) { return readFunctions(N); }}});
        Family = std::move(Outer);
        return E;
      });
}

} // namespace refcycle::analyzer
