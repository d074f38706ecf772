// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "config/Models.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <map>

using namespace refcycle::analyzer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

static ModelTable models(llvm::StringRef Yaml) {
  llvm::Expected<ModelTable> Table = parseModels(Yaml, "m.yaml");
  if (Table)
    return std::move(*Table);
  ADD_FAILURE() << toString(Table.takeError());
  return {};
}

static std::string errorOf(llvm::StringRef Yaml) {
  llvm::Expected<ModelTable> Table = parseModels(Yaml, "m.yaml");
  return Table ? "no error" : toString(Table.takeError());
}

static TypeRole roleOf(const ModelTable &Table, llvm::StringRef Name) {
  const TypeModel *Model = Table.type(Name);
  EXPECT_NE(Model, nullptr) << Name.str();
  return Model ? Model->Role : TypeRole::Opaque;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

TEST(Models, NameAloneHasNoArguments) {
  ModelTable Table = models("types: {strong: [my::Ref]}");
  const TypeModel *Ref = Table.type("my::Ref");
  ASSERT_NE(Ref, nullptr);
  EXPECT_EQ(Ref->Role, TypeRole::Strong);
  EXPECT_EQ(Ref->Family, "user");
  EXPECT_THAT(Ref->Arguments, IsEmpty());
}

TEST(Models, NamesShareArguments) {
  ModelTable Table =
      models("types: {container: [{names: [A, b::B], arguments: [0, 2]}]}");
  EXPECT_THAT(Table.type("A")->Arguments, ElementsAre(0, 2));
  EXPECT_THAT(Table.type("b::B")->Arguments, ElementsAre(0, 2));
}

TEST(Models, FunctionMayHoldMany) {
  ModelTable Table = models("types: {function: [{name: Sig, many: true}, F]}");
  EXPECT_TRUE(Table.type("Sig")->Many);
  EXPECT_FALSE(Table.type("F")->Many);
}

TEST(Models, ConventionOfAPointer) {
  ModelTable Table = models("types: {strong: [{name: A, pointer: adopts}, "
                            "{name: R, pointer: retains}, N]}");
  EXPECT_EQ(Table.type("A")->Pointer, PointerUse::Adopts);
  EXPECT_EQ(Table.type("R")->Pointer, PointerUse::Retains);
  EXPECT_EQ(Table.type("N")->Pointer, PointerUse::Unknown);
}

TEST(Models, FunctionsBelongToAFamily) {
  ModelTable Table =
      models("families: {f: {functions: {take: [a]}}}\nfunctions: {take: [b]}");
  EXPECT_EQ(Table.function("a")->Family, "f");
  EXPECT_EQ(Table.function("b")->Family, "user");
}

TEST(Models, KeepsSomeFamilies) {
  ModelTable Table =
      models("families: {f: {types: {raw: [A]}, functions: {take: [a]}}, "
             "g: {types: {raw: [B]}, functions: {take: [b]}}}");
  Table.keepFamilies([](llvm::StringRef Family) { return Family == "g"; });
  EXPECT_EQ(Table.type("A"), nullptr);
  EXPECT_EQ(Table.function("a"), nullptr);
  EXPECT_NE(Table.type("B"), nullptr);
  EXPECT_NE(Table.function("b"), nullptr);
}

TEST(Models, MethodsOfEachClass) {
  ModelTable Table =
      models("functions: {insert: [{of: [A, B], methods: [add, operator+=]}]}");
  EXPECT_NE(Table.function("A::add"), nullptr);
  EXPECT_NE(Table.function("B::operator+="), nullptr);
  EXPECT_EQ(Table.function("add"), nullptr);
}

TEST(Models, EveryRoleCanBeNamed) {
  for (unsigned I = 0; I <= unsigned(TypeRole::Opaque); ++I) {
    std::string Role = roleName(TypeRole(I)).str();
    EXPECT_EQ(roleOf(models("types: {" + Role + ": [T]}"), "T"), TypeRole(I));
  }
  for (unsigned I = 0; I <= unsigned(FunctionRole::Ignore); ++I) {
    std::string Role = roleName(FunctionRole(I)).str();
    ModelTable Table = models("functions: {" + Role + ": [f]}");
    EXPECT_EQ(Table.function("f")->Role, FunctionRole(I));
  }
}

TEST(Models, KeyWithNothingBelowIsEmpty) {
  EXPECT_THAT(models("types:\n  strong:\nfunctions:\n").types(), IsEmpty());
  EXPECT_THAT(models("").types(), IsEmpty());
}

//===----------------------------------------------------------------------===//
// Lookup
//===----------------------------------------------------------------------===//

TEST(Models, ShapeSpeaksForModelledClassesOnly) {
  ModelTable Table = models("types: {container: [List], opaque: [String]}\n"
                            "functions: {insert: ['*::push_back']}");
  EXPECT_NE(Table.method("List", "push_back"), nullptr);
  EXPECT_EQ(Table.method("Unknown", "push_back"), nullptr);
  EXPECT_EQ(Table.method("String", "push_back"), nullptr);
}

TEST(Models, ExactMethodComesBeforeShape) {
  ModelTable Table = models("types: {erased: [Future]}\nfunctions:\n"
                            "  identity: ['*::get']\n  take: [Future::get]\n");
  EXPECT_EQ(Table.method("Future", "get")->Role, FunctionRole::Take);
}

TEST(Models, ExactMethodNeedsNoTypeModel) {
  ModelTable Table = models("functions: {insert: [Bus::subscribe]}");
  EXPECT_NE(Table.method("Bus", "subscribe"), nullptr);
}

TEST(Models, MergeReplacesSameName) {
  ModelTable Table = models("types: {strong: [A, B]}");
  Table.merge(models("types: {raw: [B]}"));
  EXPECT_EQ(roleOf(Table, "A"), TypeRole::Strong);
  EXPECT_EQ(roleOf(Table, "B"), TypeRole::Raw);
}

TEST(Models, ListsAreSortedByName) {
  ModelTable Table = models("types: {strong: [c, a], raw: [b]}");
  std::vector<std::string> Names;
  for (const TypeModel *Model : Table.types())
    Names.push_back(Model->Name);
  EXPECT_THAT(Names, ElementsAre("a", "b", "c"));
}

//===----------------------------------------------------------------------===//
// Errors: place, and what was expected
//===----------------------------------------------------------------------===//

TEST(ModelErrors, UnknownKeySuggestsNearest) {
  EXPECT_EQ(errorOf("types: {}\nfuncitons: {}"),
            "m.yaml:2:1: unknown key 'funcitons', expected one of families, "
            "types, functions; did you mean 'functions'?");
}

TEST(ModelErrors, UnknownRoleSuggestsNearest) {
  EXPECT_THAT(errorOf("types:\n  strnog: [A]"),
              AllOf(StartsWith("m.yaml:2:3: unknown role 'strnog'"),
                    HasSubstr("did you mean 'strong'?")));
}

TEST(ModelErrors, FarFetchedWordGetsNoSuggestion) {
  EXPECT_THAT(errorOf("banana: {}"), Not(HasSubstr("did you mean")));
}

TEST(ModelErrors, NameWithTemplateArguments) {
  EXPECT_EQ(errorOf("types:\n  strong:\n    - std::shared_ptr<T>"),
            "m.yaml:3:7: expected a qualified name without template "
            "arguments, such as ns::Handle");
}

TEST(ModelErrors, BadNames) {
  for (const char *Name : {"'::A'", "'A::'", "'a b'", "'1a'", "''", "'*'"})
    EXPECT_THAT(errorOf(std::string("types: {raw: [") + Name + "]}"),
                StartsWith("m.yaml:1:15: expected a qualified name"))
        << Name;
}

TEST(ModelErrors, BadFunctionNames) {
  for (const char *Name : {"'f()'", "'*'", "'A::*'", "'operator+::f'", "'~A'"})
    EXPECT_THAT(errorOf(std::string("functions: {make: [") + Name + "]}"),
                StartsWith("m.yaml:1:20: expected a function"))
        << Name;
}

TEST(ModelErrors, OperatorsAreFunctionNames) {
  for (const char *Name :
       {"A::operator->", "A::operator[]", "operator<<", "A::operator bool",
        "'*::operator*'", "my_operator", "A::operator_id"})
    EXPECT_EQ(errorOf(std::string("functions:\n  make:\n    - ") + Name),
              "no error")
        << Name;
}

TEST(ModelErrors, NameDescribedTwice) {
  EXPECT_EQ(errorOf("types:\n  strong: [A]\n  weak: [B, A]"),
            "m.yaml:3:13: 'A' has a model already, at line 2");
  EXPECT_EQ(errorOf("functions: {make: [f], bind: [f]}"),
            "m.yaml:1:31: 'f' has a model already, at line 1");
}

TEST(ModelErrors, WrongKindOfValue) {
  EXPECT_EQ(errorOf("[a]"), "m.yaml:1:1: expected a map (key: value)");
  EXPECT_EQ(errorOf("types: {strong: A}"),
            "m.yaml:1:17: expected a list of models");
  EXPECT_EQ(errorOf("types: {function: [{name: F, many: 1}]}"),
            "m.yaml:1:36: expected true or false");
  EXPECT_EQ(errorOf("types: {raw: [{name: F, arguments: [-1]}]}"),
            "m.yaml:1:37: expected a number from 0 to 99");
  EXPECT_EQ(errorOf("functions: {make: [[f]]}"),
            "m.yaml:1:20: expected a qualified function name");
}

TEST(ModelErrors, ConventionOfAPointer) {
  EXPECT_EQ(errorOf("types: {strong: [{name: A, pointer: adopt}]}"),
            "m.yaml:1:37: expected adopts or retains");
  EXPECT_EQ(errorOf("types: {weak: [{name: A, pointer: adopts}]}"),
            "m.yaml:1:16: 'pointer' is for the roles strong and root only");
}

TEST(ModelErrors, IncompleteEntry) {
  EXPECT_EQ(errorOf("types: {raw: [{arguments: [0]}]}"),
            "m.yaml:1:15: expected either 'name' or 'names'");
  EXPECT_EQ(errorOf("types: {raw: [{name: A, names: [B]}]}"),
            "m.yaml:1:15: expected either 'name' or 'names'");
  EXPECT_EQ(errorOf("types: {raw: [{name: A, many: true}]}"),
            "m.yaml:1:15: 'many' is for the role function only");
  EXPECT_EQ(errorOf("functions: {make: [{of: A}]}"),
            "m.yaml:1:20: expected 'of' (classes) and 'methods'");
}

//===----------------------------------------------------------------------===//
// Presets
//===----------------------------------------------------------------------===//

// Parsing rejects names that stand there twice.
TEST(Presets, Parse) {
  EXPECT_GT(builtinModels().types().size(), 700u);
  EXPECT_GT(builtinModels().functions().size(), 700u);
}

TEST(Presets, AreTheSameTable) {
  EXPECT_EQ(&builtinModels(), &builtinModels());
}

TEST(Presets, TypesOfStdAndBoost) {
  const ModelTable &P = builtinModels();
  EXPECT_EQ(roleOf(P, "std::shared_ptr"), TypeRole::Strong);
  EXPECT_EQ(roleOf(P, "std::weak_ptr"), TypeRole::Weak);
  EXPECT_EQ(roleOf(P, "std::unique_ptr"), TypeRole::Unique);
  EXPECT_EQ(roleOf(P, "std::reference_wrapper"), TypeRole::Raw);
  EXPECT_EQ(roleOf(P, "std::vector"), TypeRole::Container);
  EXPECT_EQ(roleOf(P, "std::atomic"), TypeRole::Transparent);
  EXPECT_EQ(roleOf(P, "std::function"), TypeRole::Function);
  EXPECT_EQ(roleOf(P, "std::any"), TypeRole::Erased);
  EXPECT_EQ(roleOf(P, "std::enable_shared_from_this"), TypeRole::Counted);
  EXPECT_EQ(roleOf(P, "std::basic_string"), TypeRole::Opaque);
  EXPECT_EQ(roleOf(P, "boost::intrusive_ptr"), TypeRole::Strong);
  EXPECT_TRUE(P.type("boost::signals2::signal")->Many);
  EXPECT_THAT(P.type("std::map")->Arguments, ElementsAre(0, 1));
  EXPECT_THAT(P.type("std::vector")->Arguments, ElementsAre(0));
}

TEST(Presets, EachFamilyHasAStrongHandle) {
  const ModelTable &P = builtinModels();
  for (const char *Name : {"QSharedPointer",
                           "folly::ReadMostlySharedPtr",
                           "WTF::Ref",
                           "RefPtr",
                           "nsCOMPtr",
                           "scoped_refptr",
                           "sk_sp",
                           "TSharedPtr",
                           "vtkSmartPointer",
                           "itk::SmartPointer",
                           "osg::ref_ptr",
                           "Poco::AutoPtr",
                           "opencascade::handle",
                           "CComPtr",
                           "Microsoft::WRL::ComPtr",
                           "wil::com_ptr_t",
                           "winrt::com_ptr",
                           "Glib::RefPtr",
                           "c10::intrusive_ptr",
                           "llvm::IntrusiveRefCntPtr",
                           "godot::Ref",
                           "seastar::lw_shared_ptr",
                           "AK::NonnullRefPtr",
                           "Hyprutils::Memory::CSharedPointer",
                           "Teuchos::RCP"})
    EXPECT_EQ(roleOf(P, Name), TypeRole::Strong) << Name;
}

TEST(Presets, MethodsByShapeAndExactly) {
  const ModelTable &P = builtinModels();
  auto Role = [&](llvm::StringRef Class, llvm::StringRef Name) {
    const FunctionModel *Model = P.method(Class, Name);
    EXPECT_NE(Model, nullptr) << Class.str() << "::" << Name.str();
    return Model ? Model->Role : FunctionRole::Ignore;
  };
  EXPECT_EQ(Role("std::vector", "push_back"), FunctionRole::Insert);
  EXPECT_EQ(Role("std::shared_ptr", "operator->"), FunctionRole::Identity);
  EXPECT_EQ(Role("std::map", "operator[]"), FunctionRole::Element);
  EXPECT_EQ(Role("std::shared_ptr", "reset"), FunctionRole::Clear);
  EXPECT_EQ(Role("std::unique_ptr", "release"), FunctionRole::Take);
  EXPECT_EQ(Role("std::future", "get"), FunctionRole::Take);
  EXPECT_EQ(Role("std::shared_future", "get"), FunctionRole::Identity);
  EXPECT_EQ(Role("std::thread", "detach"), FunctionRole::Clear);
  EXPECT_EQ(Role("std::thread", "join"), FunctionRole::Finish);
  EXPECT_EQ(Role("std::thread", "get_id"), FunctionRole::Ignore);
  EXPECT_EQ(Role("std::promise", "set_value"), FunctionRole::Assign);
  EXPECT_EQ(Role("boost::signals2::signal", "connect"), FunctionRole::Insert);
  EXPECT_EQ(Role("boost::signals2::signal", "disconnect_all_slots"),
            FunctionRole::Clear);
  EXPECT_EQ(Role("QSharedPointer", "data"), FunctionRole::Identity);
  EXPECT_EQ(Role("QVector", "data"), FunctionRole::Element);
}

TEST(Presets, HeldArgumentsFitTheRole) {
  // A handle points to one thing; nothing is asked of the others.
  for (const TypeModel *Model : builtinModels().types()) {
    bool Holds = Model->Role == TypeRole::Container ||
                 Model->Role == TypeRole::Transparent;
    if (!Holds)
      EXPECT_LE(Model->Arguments.size(), 1u) << Model->Name;
    EXPECT_NE(Model->Family, "user") << Model->Name;
  }
}

/// The part of a qualified name that a test spells.
static llvm::StringRef lastName(llvm::StringRef Qualified) {
  size_t At = Qualified.rfind("::");
  return At == llvm::StringRef::npos ? Qualified : Qualified.drop_front(At + 2);
}

TEST(Presets, EveryHandleStandsInTheTestOfItsFamily) {
  for (const TypeModel *Model : builtinModels().types()) {
    bool IsHandle =
        Model->Role == TypeRole::Strong || Model->Role == TypeRole::Root ||
        Model->Role == TypeRole::Weak || Model->Role == TypeRole::Unique;
    // Where a library declares the methods of its handles is its own affair.
    if (!IsHandle || lastName(Model->Name).starts_with("__"))
      continue;
    auto Test = llvm::MemoryBuffer::getFile(REFCYCLE_TEST_DIR "/families/" +
                                            Model->Family + ".cpp");
    ASSERT_TRUE(bool(Test)) << "no test/families/" << Model->Family << ".cpp";
    EXPECT_TRUE((*Test)->getBuffer().contains(lastName(Model->Name)))
        << Model->Name;
  }
}

TEST(Presets, EveryFamilyHasATest) {
  for (const TypeModel *Model : builtinModels().types())
    EXPECT_TRUE(llvm::sys::fs::exists(REFCYCLE_TEST_DIR "/families/" +
                                      Model->Family + ".cpp"))
        << Model->Family;
}

//===----------------------------------------------------------------------===//
// The page about handles
//===----------------------------------------------------------------------===//

/// The table of docs/handles.md: per family, the names that own or count.
static std::string handlesTable() {
  constexpr TypeRole Columns[] = {
      TypeRole::Strong,   TypeRole::Root,   TypeRole::Weak,   TypeRole::Unique,
      TypeRole::Function, TypeRole::Erased, TypeRole::Counted};
  std::map<std::string, std::map<TypeRole, std::vector<std::string>>> Names;
  for (const TypeModel *Model : builtinModels().types())
    // Where a library declares the methods of its handles is no news to users.
    if (Model->Name.find("::__") == std::string::npos)
      Names[Model->Family][Model->Role].push_back("`" + Model->Name + "`");
  std::string Table = "| family |", Line = "|---|";
  for (TypeRole Role : Columns) {
    Table += " " + roleName(Role).str() + " |";
    Line += "---|";
  }
  Table += "\n" + Line + "\n";
  for (auto &[Family, ByRole] : Names) {
    Table += "| " + Family + " |";
    for (TypeRole Role : Columns)
      Table += " " + llvm::join(ByRole[Role], ", ") + " |";
    Table += "\n";
  }
  return Table;
}

TEST(HandlesPage, ListsThePresets) {
  auto Page =
      llvm::MemoryBuffer::getFile(REFCYCLE_TEST_DIR "/../docs/handles.md");
  ASSERT_TRUE(bool(Page));
  llvm::StringRef Table =
      (*Page)->getBuffer().split("presets: begin -->\n").second;
  // On failure: put the expected text between the two marks.
  EXPECT_EQ(Table.split("<!-- presets: end").first, handlesTable());
}
