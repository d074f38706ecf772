// The handles of glibmm and libsigc++.

#include <glibmm/object.h>
#include <glibmm/refptr.h>
#include <glibmm/weakref.h>
#include <sigc++/sigc++.h>

struct Handles {
  Glib::RefPtr<Glib::Object> strong;
  Glib::WeakRef<Glib::Object> weak;
  sigc::slot<void()> slot;
  sigc::signal<void()> signal;
};
