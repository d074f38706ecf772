// The handles of Boost.

#include <boost/any.hpp>
#include <boost/function.hpp>
#include <boost/interprocess/smart_ptr/unique_ptr.hpp>
#include <boost/move/unique_ptr.hpp>
#include <boost/signals2.hpp>
#include <boost/smart_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <boost/smart_ptr/local_shared_ptr.hpp>

struct Pointee : boost::intrusive_ref_counter<Pointee> {
  int value;
};
struct Handles {
  boost::shared_ptr<Pointee> shared_ptr;
  boost::local_shared_ptr<Pointee> local_shared_ptr;
  boost::intrusive_ptr<Pointee> intrusive_ptr;
  boost::shared_array<Pointee> shared_array;
  boost::weak_ptr<Pointee> weak_ptr;
  boost::scoped_ptr<Pointee> scoped_ptr;
  boost::scoped_array<Pointee> scoped_array;
  boost::movelib::unique_ptr<Pointee> unique_ptr;
  boost::function<void()> function;
  boost::signals2::signal<void()> signal;
  boost::signals2::slot<void()> slot;
};
