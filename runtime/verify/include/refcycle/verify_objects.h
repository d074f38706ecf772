// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a library that counts its objects itself shows them to the verifier:
// objects in memory of its own, without a virtual table to be known by.
// refcycle's runtime does; its users need not. C, so that either side may be
// newer.

#ifndef REFCYCLE_VERIFY_OBJECTS_H
#define REFCYCLE_VERIFY_OBJECTS_H

#ifdef __cplusplus
extern "C" {
#endif

/// One object that is alive and has at least one owner.
struct refcycle_verify_object {
  void *object; ///< What handles point to; aligned to 8 bytes.
  /// Its 32-bit count of strong handles, at the same distance from the object
  /// for all objects of a class, and not more than 8 bytes in front of it.
  unsigned *count;
  /// A byte that is zero once the object is gone.
  const unsigned char *state;
  /// A collector will come by: garbage like this is no leak yet.
  int attended;

  const void *type; ///< One pointer for each class.
  unsigned long size;
  const char *name; ///< As in source, with namespaces; \c name_length bytes.
  unsigned long name_length;
  /// Runs the destructor, and frees nothing but what that does.
  void (*destroy)(void *object);
};

typedef void (*refcycle_verify_visit)(void *context,
                                      const struct refcycle_verify_object *);

/// Shows all objects of a library. Called in a fork of the program that has one
/// thread: it must neither lock nor allocate.
typedef void (*refcycle_verify_list)(refcycle_verify_visit visit,
                                     void *context);

/// A library makes itself known, once, before its first object can leak. Of
/// several the last one counts. Null without the verifier.
void refcycle_verify_attach(refcycle_verify_list list) __attribute__((weak));

#ifdef __cplusplus
}
#endif

#endif
