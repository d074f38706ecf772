// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writing and reading facts. One description of every struct (the overloads of
// member()) serves both directions, so that they cannot disagree.

#include "facts/FactsFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/DataExtractor.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/xxhash.h"

namespace refcycle::analyzer {
namespace {

constexpr llvm::StringLiteral Magic = "RCF1";
constexpr size_t HeaderSize = 4 + 1 + 1; // Magic, schema, compression.

// A size in the file is trusted only up to here, so that damage cannot make us
// reserve the machine's memory. Real facts are below 10 MB.
constexpr uint64_t MaxPayload = uint64_t(1) << 30;

class Encoder {
public:
  explicit Encoder(llvm::raw_ostream &OS) : OS(OS) {}
  template <typename T> void number(const T &Value) {
    llvm::encodeULEB128(uint64_t(Value), OS);
  }
  template <typename Tag> void id(const FactId<Tag> &Id) {
    number(Id.isNone() ? 0 : uint64_t(Id.Index) + 1);
  }
  void text(const std::string &Text) {
    number(Text.size());
    OS << Text;
  }
  template <typename T> void list(const std::vector<T> &Items) {
    number(Items.size());
    for (const T &Item : Items)
      member(*this, Item);
  }

private:
  llvm::raw_ostream &OS;
};

class Decoder {
public:
  explicit Decoder(llvm::StringRef Bytes)
      : Data(Bytes, /*IsLittleEndian=*/true, /*AddressSize=*/8), C(0) {}

  template <typename T> void number(T &Value) {
    uint64_t N = Data.getULEB128(C);
    Value = T(N);
    if (C && uint64_t(Value) != N)
      wrong("a number is out of range");
  }
  template <typename Tag> void id(FactId<Tag> &Id) {
    uint64_t N = 0;
    number(N);
    if (N > FactId<Tag>::NoneIndex)
      wrong("an id is out of range");
    Id.Index = N ? uint32_t(N - 1) : FactId<Tag>::NoneIndex;
  }
  void text(std::string &Text) {
    uint64_t Size = 0;
    number(Size);
    if (fits(Size))
      Text = Data.getBytes(C, Size).str();
  }
  template <typename T> void list(std::vector<T> &Items) {
    uint64_t Size = 0;
    number(Size);
    Items.clear();
    if (!fits(Size)) // An item takes at least one byte.
      return;
    for (uint64_t I = 0; I != Size && good(); ++I)
      member(*this, Items.emplace_back());
  }

  llvm::Error finish() {
    uint64_t Rest = Data.size() - std::min<uint64_t>(C.tell(), Data.size());
    if (llvm::Error E = C.takeError())
      return E;
    if (!Wrong.empty())
      return llvm::createStringError(Wrong);
    if (Rest)
      return llvm::createStringError(llvm::Twine(Rest) +
                                     " bytes too many at the end");
    return llvm::Error::success();
  }

private:
  bool good() { return bool(C) && Wrong.empty(); }
  bool fits(uint64_t Size) {
    if (good() && Size > Data.size() - C.tell())
      wrong("a list is longer than the file");
    return good();
  }
  void wrong(const char *Why) {
    if (Wrong.empty())
      Wrong = (llvm::Twine(Why) + " at byte " + llvm::Twine(C.tell())).str();
  }

  llvm::DataExtractor Data;
  llvm::DataExtractor::Cursor C;
  std::string Wrong;
};

// Ar is an Encoder and T const, or a Decoder.

template <typename Ar, typename T>
  requires std::is_enum_v<T> || std::is_integral_v<T>
void member(Ar &A, T &Value) {
  A.number(Value);
}
template <typename Ar> void member(Ar &A, const std::string &Text) {
  A.text(Text);
}
template <typename Ar> void member(Ar &A, std::string &Text) { A.text(Text); }
template <typename Ar, typename T> void member(Ar &A, T &Struct);

template <typename Ar, typename Tag> void each(Ar &A, FactId<Tag> &Id) {
  A.id(Id);
}
template <typename Ar, typename Tag> void each(Ar &A, const FactId<Tag> &Id) {
  A.id(Id);
}
template <typename Ar, typename T> void each(Ar &A, std::vector<T> &Items) {
  A.list(Items);
}
template <typename Ar, typename T>
void each(Ar &A, const std::vector<T> &Items) {
  A.list(Items);
}
template <typename Ar, typename T> void each(Ar &A, T &Value) {
  member(A, Value);
}
template <typename Ar, typename... Ts> void all(Ar &A, Ts &...Members) {
  (each(A, Members), ...);
}

template <typename S, typename T>
concept Is = std::is_same_v<std::remove_const_t<S>, T>;

/// The members of every struct, in the order of the file.
template <typename Ar, typename T> void member(Ar &A, T &S) {
  if constexpr (Is<T, FactLoc>)
    all(A, S.File, S.Line, S.Column);
  else if constexpr (Is<T, Leaf>)
    all(A, S.Kind, S.Pointee);
  else if constexpr (Is<T, Field>)
    all(A, S.Name, S.Loc, S.Flags, S.ErasedHold, S.Leaves);
  else if constexpr (Is<T, Record>)
    all(A, S.Key, S.Name, S.Loc, S.Kind, S.Flags, S.Hash, S.Bases, S.Fields,
        S.Destructor, S.Invoke, S.Creator);
  else if constexpr (Is<T, Instr>)
    all(A, S.Code, S.Kind, S.Flags, S.ValueHold, S.Dst, S.A, S.B, S.Index,
        S.Rec, S.Callee, S.Text, S.Args, S.Loc);
  else if constexpr (Is<T, Param>)
    all(A, S.Name, S.Mode, S.Type, S.Fate, S.Keepers, S.KeptIn);
  else if constexpr (Is<T, LocalVar>)
    all(A, S.Name, S.Destroys, S.Ends);
  else if constexpr (Is<T, Function>)
    all(A, S.Key, S.Name, S.Loc, S.Flags, S.Hash, S.Class, S.Overrides,
        S.Params, S.Locals, S.Registers, S.Body);
  else if constexpr (Is<T, Conversion>)
    all(A, S.Derived, S.Base);
  else if constexpr (Is<T, CountFact>)
    all(A, S.Event, S.Unsure, S.In, S.Object, S.Callee, S.Name, S.Loc, S.Exit);
  else if constexpr (Is<T, UseFact>)
    all(A, S.Object, S.Slot, S.File, S.Lines);
  else if constexpr (Is<T, RewriteFact>)
    all(A, S.Object, S.Slot, S.Kind, S.Loc, S.Offset, S.Length, S.Text, S.In);
  else if constexpr (Is<T, FileContent>)
    all(A, S.File, S.Hash);
  else if constexpr (Is<T, SourceSuppression>)
    all(A, S.File, S.Line, S.LastLine, S.Check);
  else if constexpr (Is<T, SourceAcceptance>)
    all(A, S.Where, S.Check, S.Reason, S.Expires, S.Type, S.Field, S.File,
        S.Line, S.LastLine);
  else if constexpr (Is<T, SourceProblem>)
    all(A, S.Where, S.Message);
  else if constexpr (Is<T, TuFacts>)
    all(A, S.MainFile, S.Status, S.Reason, S.Strings, S.Records, S.Functions,
        S.Conversions, S.Counts, S.Uses, S.Rewrites, S.Contents, S.Suppressions,
        S.Accepted, S.Problems, S.FilesRead, S.Verdicts, S.Layouts);
  else if constexpr (Is<T, HandleVerdict>)
    all(A, S.Name, S.Role, S.Evidence, S.IsDefined);
  else if constexpr (Is<T, HandleAt>)
    all(A, S.Offset, S.Pointee);
  else if constexpr (Is<T, ReleaseFunction>)
    all(A, S.Symbol, S.Offset);
  else if constexpr (Is<T, HandleDestructor>)
    all(A, S.Handle, S.ObjectAt, S.Offset);
  else if constexpr (Is<T, ClassLayout>)
    all(A, S.Mangled, S.Size, S.Polymorphic, S.CountAt, S.CountWidth,
        S.DestructorSlot, S.Entries, S.Pointers, S.Bools, S.Handles, S.Releases,
        S.Destructors);
  else if constexpr (Is<T, HandleLayout>)
    all(A, S.Name, S.Pointee, S.ObjectAt, S.BlockAt, S.BlockSize, S.CountAt,
        S.CountWidth);
  else if constexpr (Is<T, CountLayouts>)
    all(A, S.Classes, S.Handles);
  else
    each(A, S); // An id inside a list.
}

} // namespace

std::string encodeFacts(const TuFacts &Facts) {
  std::string Payload;
  llvm::raw_string_ostream OS(Payload);
  Encoder A(OS);
  member(A, Facts);
  return Payload;
}

/// Flag bytes and kinds that verify() does not look at.
static std::string checkEnums(const TuFacts &Facts) {
  if (uint8_t(Facts.Status) > uint8_t(TuStatus::Failed))
    return "unknown status";
  for (const Record &R : Facts.Records)
    for (const Field &F : R.Fields)
      if (uint8_t(F.ErasedHold) > uint8_t(Hold::Strong))
        return "unknown hold of an erased field";
  for (const Function &F : Facts.Functions)
    for (const Param &P : F.Params)
      if (uint8_t(P.Mode) > uint8_t(ParamMode::None))
        return "unknown mode of a parameter";
      else if (uint8_t(P.Fate) > uint8_t(ParamFate::Kept))
        return "unknown fate of a parameter";
  for (const CountFact &C : Facts.Counts)
    if (uint8_t(C.Event) > uint8_t(CountEvent::Starts))
      return "unknown event of a count";
  for (const RewriteFact &R : Facts.Rewrites)
    if (uint8_t(R.Kind) > uint8_t(RewriteKind::Blocks))
      return "unknown kind of a rewrite";
  return "";
}

llvm::Expected<TuFacts> decodeFacts(llvm::StringRef Payload) {
  TuFacts Facts;
  Decoder A(Payload);
  member(A, Facts);
  if (llvm::Error E = A.finish())
    return std::move(E);
  std::string Wrong = checkEnums(Facts);
  if (Wrong.empty())
    Wrong = verify(Facts);
  if (!Wrong.empty())
    return llvm::createStringError(Wrong);
  return std::move(Facts);
}

void writeFacts(const TuFacts &Facts, llvm::raw_ostream &OS) {
  std::string Payload = encodeFacts(Facts);
  llvm::SmallVector<uint8_t, 0> Packed;
  uint8_t Compression = 0;
  // zstd at its fastest: facts are read as often as they are written.
  if (llvm::compression::zstd::isAvailable()) {
    llvm::compression::zstd::compress(llvm::arrayRefFromStringRef(Payload),
                                      Packed, /*Level=*/1);
    Compression = 2;
  } else if (llvm::compression::zlib::isAvailable()) {
    llvm::compression::zlib::compress(llvm::arrayRefFromStringRef(Payload),
                                      Packed, /*Level=*/1);
    Compression = 1;
  }
  OS << Magic << char(FactsSchema) << char(Compression);
  llvm::encodeULEB128(Payload.size(), OS);
  char Hash[8];
  llvm::support::endian::write64le(Hash, llvm::xxh3_64bits(Payload));
  OS.write(Hash, sizeof(Hash));
  OS << (Compression ? llvm::toStringRef(llvm::ArrayRef<uint8_t>(Packed))
                     : llvm::StringRef(Payload));
}

static llvm::Error checkHeader(llvm::StringRef Bytes) {
  if (Bytes.size() < HeaderSize || !Bytes.starts_with(Magic))
    return llvm::createStringError("not a facts file");
  if (uint8_t(Bytes[4]) != FactsSchema)
    return llvm::createStringError(
        "facts schema " + llvm::Twine(unsigned(uint8_t(Bytes[4]))) +
        ", expected " + llvm::Twine(unsigned(FactsSchema)) +
        "; delete the file and extract again");
  return llvm::Error::success();
}

static llvm::Error unpack(llvm::StringRef Packed, uint8_t Compression,
                          uint64_t Size, llvm::SmallVectorImpl<uint8_t> &Out) {
  // A frame expands a thousandfold at most, so a larger size is damage; asking
  // for its memory first would be a way to run us out of it.
  if (Size > MaxPayload || Size / 1024 > Packed.size() * 64 + 1)
    return llvm::createStringError("the size of the payload is damaged");
  llvm::ArrayRef<uint8_t> In = llvm::arrayRefFromStringRef(Packed);
  if (Compression == 2 && llvm::compression::zstd::isAvailable())
    return llvm::compression::zstd::decompress(In, Out, Size);
  if (Compression == 1 && llvm::compression::zlib::isAvailable())
    return llvm::compression::zlib::decompress(In, Out, Size);
  if (Compression != 0)
    return llvm::createStringError("unknown compression " +
                                   llvm::Twine(Compression));
  Out.assign(In.begin(), In.end());
  return llvm::Error::success();
}

llvm::Expected<TuFacts> readFacts(llvm::StringRef Bytes) {
  if (llvm::Error E = checkHeader(Bytes))
    return std::move(E);
  llvm::DataExtractor Data(Bytes, /*IsLittleEndian=*/true, /*AddressSize=*/8);
  llvm::DataExtractor::Cursor C(HeaderSize);
  uint64_t Size = Data.getULEB128(C);
  uint64_t Hash = Data.getU64(C);
  uint64_t Start = C.tell();
  if (llvm::Error E = C.takeError())
    return std::move(E);

  llvm::SmallVector<uint8_t, 0> Payload;
  if (llvm::Error E =
          unpack(Bytes.drop_front(Start), uint8_t(Bytes[5]), Size, Payload))
    return std::move(E);
  llvm::StringRef Text = llvm::toStringRef(llvm::ArrayRef<uint8_t>(Payload));
  if (Text.size() != Size || llvm::xxh3_64bits(Text) != Hash)
    return llvm::createStringError("the contents are damaged");
  return decodeFacts(Text);
}

} // namespace refcycle::analyzer
