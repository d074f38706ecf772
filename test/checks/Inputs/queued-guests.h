// A queue of calls, and guests of a room that wait in it: room and guest own
// each other until the guest leaves.

#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <utility>

struct Queue {
  void post(std::function<void()> f) { jobs.push_back(std::move(f)); }
  void run() {
    while (!jobs.empty()) {
      auto f = std::move(jobs.front());
      jobs.pop_front();
      f();
    }
  }
  std::deque<std::function<void()>> jobs;
};

template <typename T> struct Room {
  std::set<std::shared_ptr<T>> members;
};
template <typename T> struct Guest : std::enable_shared_from_this<T> {
  Guest(Queue &queue, std::shared_ptr<Room<T>> room)
      : queue(queue), room(std::move(room)) {}
  void enter() { room->members.insert(this->shared_from_this()); }
  void leave() { room->members.erase(this->shared_from_this()); }
  Queue &queue;
  std::shared_ptr<Room<T>> room;
};
