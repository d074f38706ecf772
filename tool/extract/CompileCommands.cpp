// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading compile_commands.json. Through llvm::json and not through
// clang::tooling: that reader prints to stderr on its own and names no line.

#include "extract/CompileCommands.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include <optional>

namespace refcycle::analyzer {

using llvm::StringRef;

// JSON must be UTF-8, file names need not be. A byte that is not goes through
// the parser as one code point of the private plane 16 and comes back after.
static constexpr StringRef EscapePrefix = "\xF4\x8F";

static void appendEscaped(std::string &Out, unsigned char Byte) {
  Out += EscapePrefix;
  Out += char(0xBC | (Byte >> 6));
  Out += char(0x80 | (Byte & 0x3F));
}

static std::string escapeForeignBytes(StringRef Text) {
  std::string Out;
  size_t Bad;
  while (!llvm::json::isUTF8(Text, &Bad)) {
    Out += Text.take_front(Bad);
    appendEscaped(Out, Text[Bad]);
    Text = Text.drop_front(Bad + 1);
  }
  Out += Text;
  return Out;
}

static std::string unescapeForeignBytes(StringRef Text) {
  std::string Out;
  while (true) {
    size_t At = Text.find(EscapePrefix);
    if (At == StringRef::npos || At + 4 > Text.size() ||
        (Text[At + 2] & 0xFC) != 0xBC)
      return Out += Text;
    Out += Text.take_front(At);
    Out += char((Text[At + 2] << 6) | (Text[At + 3] & 0x3F));
    Text = Text.drop_front(At + 4);
  }
}

static std::string absoluteIn(StringRef Directory, StringRef File) {
  llvm::SmallString<256> Path(File);
  llvm::sys::path::make_absolute(Directory, Path);
  llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return Path.str().str();
}

static std::vector<std::string> splitShellWords(StringRef Command) {
  llvm::BumpPtrAllocator Memory;
  llvm::StringSaver Saver(Memory);
  llvm::SmallVector<const char *, 64> Words;
  llvm::cl::TokenizeGNUCommandLine(Command, Saver, Words);
  return {Words.begin(), Words.end()};
}

static llvm::Error entryError(size_t Number, const llvm::Twine &Problem) {
  return llvm::createStringError("entry " + llvm::Twine(Number + 1) + " " +
                                 Problem);
}

/// The compiler call of one entry; empty: the entry has none.
static std::vector<std::string> wordsOf(const llvm::json::Object &Entry) {
  std::vector<std::string> Words;
  if (const llvm::json::Array *Arguments = Entry.getArray("arguments")) {
    for (const llvm::json::Value &Argument : *Arguments)
      Words.push_back(
          unescapeForeignBytes(Argument.getAsString().value_or("")));
    return Words;
  }
  return splitShellWords(
      unescapeForeignBytes(Entry.getString("command").value_or("")));
}

static llvm::Expected<CompileCommand>
parseEntry(const llvm::json::Value &Value, size_t Number, StringRef Home) {
  const llvm::json::Object *Entry = Value.getAsObject();
  if (!Entry)
    return entryError(Number, "is not an object");
  std::optional<StringRef> File = Entry->getString("file");
  if (!File || File->empty())
    return entryError(Number, "has no \"file\"");
  CompileCommand Result;
  Result.Directory = absoluteIn(
      Home, unescapeForeignBytes(Entry->getString("directory").value_or(".")));
  Result.File = absoluteIn(Result.Directory, unescapeForeignBytes(*File));
  Result.Arguments = wordsOf(*Entry);
  Result.Output = unescapeForeignBytes(Entry->getString("output").value_or(""));
  if (Result.Arguments.empty())
    return entryError(Number, "('" + Result.File +
                                  "') has neither \"command\" nor "
                                  "\"arguments\"");
  return Result;
}

using Commands = std::vector<CompileCommand>;

static llvm::Expected<llvm::json::Value> parseJson(StringRef Text) {
  return llvm::json::isUTF8(Text) ? llvm::json::parse(Text)
                                  : llvm::json::parse(escapeForeignBytes(Text));
}

/// Where the object that starts \p Text ends; 0: it does not.
static size_t endOfObject(StringRef Text) {
  unsigned Depth = 0;
  bool InString = false;
  for (size_t I = 0; I != Text.size(); ++I) {
    char C = Text[I];
    if (InString) {
      I += C == '\\' && I + 1 != Text.size();
      InString = C != '"';
    } else if (C == '"') {
      InString = true;
    } else if (C == '{') {
      ++Depth;
    } else if (C == '}' && --Depth == 0) {
      return I + 1;
    }
  }
  return 0;
}

/// Parses entry by entry, so that memory is that of the commands and not that
/// of a tree of the whole text, which is ten times its size. Gives up at
/// anything unexpected: then parseWhole() says what is wrong.
static std::optional<Commands> parseInPieces(StringRef Text, StringRef Home) {
  Commands Result;
  Text = Text.trim();
  if (!Text.consume_front("[") || !Text.consume_back("]"))
    return std::nullopt;
  for (Text = Text.trim(); !Text.empty(); Text = Text.ltrim()) {
    size_t End = Text.starts_with("{") ? endOfObject(Text) : 0;
    auto Entry = parseJson(Text.take_front(End));
    if (!Entry)
      return llvm::consumeError(Entry.takeError()), std::nullopt;
    auto Command = parseEntry(*Entry, Result.size(), Home);
    if (!Command)
      return llvm::consumeError(Command.takeError()), std::nullopt;
    Result.push_back(std::move(*Command));
    Text = Text.drop_front(End).ltrim();
    if (!Text.empty() && (!Text.consume_front(",") || Text.trim().empty()))
      return std::nullopt;
  }
  return Result;
}

static llvm::Expected<Commands> parseWhole(StringRef Text, StringRef Home) {
  llvm::Expected<llvm::json::Value> Root = parseJson(Text);
  if (!Root)
    return llvm::createStringError(llvm::toString(Root.takeError()) +
                                   "; expected a compilation database, which "
                                   "is an array of compiler calls in JSON");
  const llvm::json::Array *Entries = Root->getAsArray();
  if (!Entries)
    return llvm::createStringError("expected an array of compiler calls");
  Commands Result;
  for (const llvm::json::Value &Entry : *Entries) {
    auto Command = parseEntry(Entry, Result.size(), Home);
    if (!Command)
      return Command.takeError();
    Result.push_back(std::move(*Command));
  }
  return Result;
}

llvm::Expected<std::vector<CompileCommand>>
parseCompileDatabase(StringRef Text, StringRef Home) {
  Text.consume_front("\xEF\xBB\xBF"); // The mark that some editors write.
  if (std::optional<Commands> Result = parseInPieces(Text, Home))
    return std::move(*Result);
  return parseWhole(Text, Home);
}

llvm::Expected<CompileDatabase> loadCompileDatabase(StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path);
  if (!Buffer)
    return llvm::createFileError(Path, Buffer.getError());
  llvm::SmallString<256> Absolute(Path);
  llvm::sys::fs::make_absolute(Absolute);
  llvm::sys::path::remove_dots(Absolute, /*remove_dot_dot=*/true);
  auto Commands = parseCompileDatabase((*Buffer)->getBuffer(),
                                       llvm::sys::path::parent_path(Absolute));
  if (!Commands)
    return llvm::createFileError(Path, Commands.takeError());
  return CompileDatabase{Absolute.str().str(), std::move(*Commands)};
}

std::string findCompileDatabase(StringRef Directory) {
  for (; !Directory.empty();
       Directory = llvm::sys::path::parent_path(Directory)) {
    for (StringRef Folder : {"", "build"}) {
      llvm::SmallString<256> Path(Directory);
      llvm::sys::path::append(Path, Folder, "compile_commands.json");
      if (llvm::sys::fs::exists(Path))
        return Path.str().str();
    }
  }
  return "";
}

CompileCommand fixedCommand(StringRef Directory, StringRef File,
                            llvm::ArrayRef<std::string> Words) {
  CompileCommand Result;
  Result.Directory = Directory.str();
  Result.File = absoluteIn(Directory, File);
  Result.Arguments = {"clang++"};
  Result.Arguments.insert(Result.Arguments.end(), Words.begin(), Words.end());
  return Result;
}

} // namespace refcycle::analyzer
