// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of types and of members as text, taken from what the compiler prints
// for a function of that type. Only reports use them; nothing depends on them.

#ifndef REFCYCLE_INTERNAL_NAMES_H
#define REFCYCLE_INTERNAL_NAMES_H

#include <string_view>

namespace refcycle::internal {

template <class T> consteval std::string_view spell_type() {
  return __PRETTY_FUNCTION__;
}

/// "Node" for Node, with namespaces but without the compiler's frame.
template <class T> consteval std::string_view type_name() {
  // How much frame there is on either side is learnt from a known type.
  constexpr std::string_view probe = spell_type<double>();
  constexpr std::size_t before = probe.find("double");
  // g++ repeats aliases of the function after a semicolon; ours has one.
  constexpr std::string_view all = spell_type<T>();
  constexpr std::size_t semicolon =
      probe.find(';', before) == probe.npos ? all.npos : all.rfind(';');
  if constexpr (semicolon != all.npos)
    return all.substr(before, semicolon - before);
  else
    return all.substr(before, all.size() - before - 1);
}

template <auto Address> consteval std::string_view spell_value() {
  return __PRETTY_FUNCTION__;
}

/// The last identifier in what names a subobject: "next" for &x.value.next.
template <auto Address> consteval std::string_view member_name() {
  std::string_view all = spell_value<Address>();
  std::size_t end = all.find(';');
  end = all.find_last_not_of(")] ", end == all.npos ? end : end - 1) + 1;
  std::size_t begin = all.find_last_of(".:", end - 1) + 1;
  return all.substr(begin, end - begin);
}

/// The \p index-th of "a, b, c".
constexpr std::string_view name_in_list(std::string_view list, unsigned index) {
  for (; index != 0; --index)
    list.remove_prefix(list.find(',') + 1);
  list.remove_prefix(list.find_first_not_of(' '));
  return list.substr(0, list.find_first_of(", "));
}

} // namespace refcycle::internal

#endif
