// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The symbols of a loaded module, as its file has them.

#ifndef REFCYCLE_VERIFY_ELF_FILE_H
#define REFCYCLE_VERIFY_ELF_FILE_H

#include "memory.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace refcycle::verify {

/// An ELF file, mapped for as long as this process lives: names point into it.
class elf_file {
public:
  explicit elf_file(const char *path) noexcept {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat about{};
    if (file >= 0 && fstat(file, &about) == 0 &&
        about.st_size >= off_t(sizeof(Elf64_Ehdr))) {
      void *pages = mmap(nullptr, std::size_t(about.st_size), PROT_READ,
                         MAP_PRIVATE, file, 0);
      if (pages != MAP_FAILED)
        bytes = {static_cast<const char *>(pages), std::size_t(about.st_size)};
    }
    if (file >= 0)
      close(file);
    if (bytes.empty() || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0)
      bytes = {};
  }

  const Elf64_Ehdr &header() const noexcept {
    return *reinterpret_cast<const Elf64_Ehdr *>(bytes.data());
  }
  bool is_valid() const noexcept { return !bytes.empty(); }

  /// Empty if it does not lie in the file as a whole.
  template <typename T>
  std::span<const T> table(std::uint64_t offset,
                           std::uint64_t count) const noexcept {
    if (offset > bytes.size() || count > (bytes.size() - offset) / sizeof(T))
      return {};
    return {reinterpret_cast<const T *>(bytes.data() + offset),
            std::size_t(count)};
  }

  /// Offsets in memory count from the lowest segment.
  address lowest_segment() const noexcept {
    address lowest = ~address(0);
    for (const Elf64_Phdr &p :
         table<Elf64_Phdr>(header().e_phoff, header().e_phnum))
      if (p.p_type == PT_LOAD)
        lowest = std::min(lowest, address(p.p_vaddr) & ~address(4095));
    return lowest;
  }

  /// Calls \p visit with name and address of each symbol of the module that
  /// the file was loaded as, at \p start.
  template <typename Visit>
  void for_each_symbol(address start, Visit visit) const noexcept {
    address bias = start - lowest_segment();
    auto sections = table<Elf64_Shdr>(header().e_shoff, header().e_shnum);
    for (const Elf64_Shdr &section : sections) {
      if ((section.sh_type != SHT_SYMTAB && section.sh_type != SHT_DYNSYM) ||
          section.sh_link >= sections.size())
        continue;
      const Elf64_Shdr &strings = sections[section.sh_link];
      auto names = table<char>(strings.sh_offset, strings.sh_size);
      if (names.empty() || names.back() != '\0')
        continue;
      for (const Elf64_Sym &symbol : table<Elf64_Sym>(
               section.sh_offset, section.sh_size / sizeof(Elf64_Sym)))
        if (symbol.st_name < names.size() && symbol.st_shndx != SHN_UNDEF)
          visit(names.data() + symbol.st_name, bias + address(symbol.st_value));
    }
  }

  /// More than what it exports: it was not stripped.
  bool has_symbols() const noexcept {
    auto sections = table<Elf64_Shdr>(header().e_shoff, header().e_shnum);
    return std::any_of(
        sections.begin(), sections.end(),
        [](const Elf64_Shdr &s) { return s.sh_type == SHT_SYMTAB; });
  }

private:
  std::span<const char> bytes;
};

} // namespace refcycle::verify

#endif
