// Which owner to give up: never the only one of an object. If each is the only
// one, or keeps its object alive on purpose, it has to be cleared in time.

// RUN: not %refcycle --quiet %s -- -std=c++20 > %t
// RUN: FileCheck %s < %t
// RUN: grep warning: %t | count 13
// Every finding has one piece of advice.
// RUN: grep -E '; (make this one weak|capture (a weak handle|something)|clear it)' %t | count 13

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

//===--- a weak handle, where somebody else owns the object -----------------===//

// What an object makes for itself has no other owner; the way back has.
struct Overlay;
struct Camera : std::enable_shared_from_this<Camera> {
  std::shared_ptr<Overlay> overlay;
  void show();
};
struct Overlay {
  explicit Overlay(std::shared_ptr<Camera> c) : camera(std::move(c)) {}
  std::shared_ptr<Camera> camera;
};
void Camera::show() { overlay = std::make_shared<Overlay>(shared_from_this()); }
// CHECK-DAG: 'Overlay' owns 'Camera' through 'camera'; make this one weak
// CHECK-DAG: 'Camera' owns 'Overlay' through 'overlay'{{$}}

// The same over several objects that are made and handed on.
struct Router;
struct Line {
  std::shared_ptr<Router> router;
};
struct Parser;
struct Router {
  std::unique_ptr<Line> line;
  std::shared_ptr<Parser> parser;
};
struct Parser {
  std::shared_ptr<Router> routes;
};
std::shared_ptr<Router> openRouter() {
  auto router = std::make_shared<Router>();
  auto parser = std::make_shared<Parser>();
  parser->routes = router;
  router->parser = parser;
  return router;
}
// CHECK-DAG: 'Parser' owns 'Router' through 'routes'; make this one weak
// CHECK-DAG: 'Router' owns 'Parser' through 'parser'{{$}}

// A list of objects that others own gives way before the only owner of one.
struct Actor;
struct Shade {
  std::vector<std::shared_ptr<Actor>> casts;
};
struct Torch {
  std::shared_ptr<Shade> shade = std::make_shared<Shade>();
};
struct Actor {
  std::vector<std::shared_ptr<Torch>> torches;
};
std::shared_ptr<Actor> lit() {
  auto actor = std::make_shared<Actor>();
  auto torch = std::make_shared<Torch>();
  torch->shade->casts.push_back(actor);
  actor->torches.push_back(torch);
  return actor;
}
// CHECK-DAG: 'Shade' owns 'Actor' through 'casts'; make this one weak
// CHECK-DAG: 'Torch' owns 'Shade' through 'shade'{{$}}
// CHECK-DAG: 'Actor' owns 'Torch' through 'torches'{{$}}

// Between two that are known elsewhere, the container is the owner.
struct Band;
struct Fan {
  std::shared_ptr<Band> band;
};
struct Band : std::enable_shared_from_this<Band> {
  std::vector<std::shared_ptr<Fan>> fans;
  void greet(std::shared_ptr<Fan> fan) {
    fans.push_back(fan);
    fan->band = shared_from_this();
  }
};
// CHECK-DAG: 'Fan' owns 'Band' through 'band'; make this one weak

// A capture of the object whose method it is.
struct Pump : std::enable_shared_from_this<Pump> {
  std::function<void()> onStop;
  int stops = 0;
  void start() {
    onStop = [self = shared_from_this()] { ++self->stops; };
  }
};
// CHECK-DAG: the lambda captures 'self', an owner of 'Pump'; capture a weak handle instead

// A local that the caller gets, or that a variable of main() holds.
struct Hatch {
  std::function<void()> onOpen;
  int opened = 0;
};
std::shared_ptr<Hatch> makeHatch() {
  auto hatch = std::make_shared<Hatch>();
  hatch->onOpen = [hatch] { ++hatch->opened; };
  return hatch;
}
// CHECK-DAG: the lambda captures 'hatch', an owner of 'Hatch'; capture a weak handle instead

// Two members close the same ring: who clears one leaves the other.
struct Editor;
struct Step {
  std::shared_ptr<Editor> editor;
};
struct Editor : std::enable_shared_from_this<Editor> {
  std::vector<std::shared_ptr<Step>> undone;
  std::vector<std::shared_ptr<Step>> done;
  void note() {
    auto step = std::make_shared<Step>();
    step->editor = shared_from_this();
    done.push_back(step);
    undone.push_back(step);
  }
};
// CHECK-DAG: 'Step' owns 'Editor' through 'editor'; make this one weak
// CHECK-DAG: note: the cycle is also closed through 'Editor::{{(un)?}}done'

// A handle inside what is captured by value is changed at the capture.
struct Promised {
  std::vector<std::function<void()>> then;
};
struct Ticket {
  std::shared_ptr<Promised> state = std::make_shared<Promised>();
  void then(std::function<void()> f) { state->then.push_back(std::move(f)); }
};
void buy(Ticket ticket) {
  ticket.then([ticket] { (void)ticket.state; });
}
// CHECK-DAG: the lambda captures 'ticket', and with it 'Ticket'; capture something that does not own it
// CHECK-DAG: 'Ticket' owns 'Promised' through 'state'{{$}}

// Two objects of one class say each thing once.
struct Pole {
  std::shared_ptr<Pole> peer;
  void drop() { peer.reset(); }
};
void connect(bool early) {
  auto a = std::make_shared<Pole>(), b = std::make_shared<Pole>();
  a->peer = b;
  b->peer = a;
  if (early)
    return;
  a->drop();
}
// CHECK-DAG: 'Pole' owns 'Pole' through 'peer'; make this one weak

// The destructor that would call it is named.
struct Bell;
struct Clapper {
  std::shared_ptr<Bell> bell;
  void off() { bell.reset(); }
};
struct Bell : std::enable_shared_from_this<Bell> {
  std::unique_ptr<Clapper> clapper;
  void hang() {
    clapper = std::make_unique<Clapper>();
    clapper->bell = shared_from_this();
  }
  ~Bell() { clapper->off(); }
};
// CHECK-DAG: 'Clapper::off' clears 'bell', but only 'Bell::~Bell' calls it, which cannot run while the cycle lives

//===--- to be cleared, for a weak handle would end the object --------------===//

// It keeps itself alive on purpose, and one way out forgets it.
struct Upload : std::enable_shared_from_this<Upload> {
  std::shared_ptr<Upload> self;
  void start() { self = shared_from_this(); }
  void stop(bool failed) {
    if (failed)
      return;
    self.reset();
  }
};
void upload(bool fail) {
  auto u = std::make_shared<Upload>();
  u->start();
  u->stop(fail);
}
// CHECK-DAG: 'Upload' owns 'Upload' through 'self'; clear it on every way that ends its work

// The same, and nothing ever clears it.
struct Poll : std::enable_shared_from_this<Poll> {
  std::shared_ptr<Poll> alive;
  void start() { alive = shared_from_this(); }
};
// CHECK-DAG: 'Poll' owns 'Poll' through 'alive'; clear it when its work is done

// Nobody but its own closure owns the object that is started as a temporary.
struct Ping : std::enable_shared_from_this<Ping> {
  std::function<void()> onReply;
  int sent = 0;
  void send() {
    onReply = [self = shared_from_this()] { ++self->sent; };
  }
};
void ping() { std::make_shared<Ping>()->send(); }
// CHECK-DAG: 'Ping' owns the lambda through 'onReply'; clear it when its work is done
// CHECK-DAG: the lambda captures 'self', an owner of 'Ping'{{$}}

int main() {
  auto camera = std::make_shared<Camera>();
  camera->show();
  auto router = openRouter();
  auto actor = lit();
  auto band = std::make_shared<Band>();
  band->greet(std::make_shared<Fan>());
  auto pump = std::make_shared<Pump>();
  pump->start();
  auto hatch = makeHatch();
  auto editor = std::make_shared<Editor>();
  editor->note();
  Ticket ticket;
  buy(ticket);
  connect(true);
  auto bell = std::make_shared<Bell>();
  bell->hang();
  upload(true);
  auto poll = std::make_shared<Poll>();
  poll->start();
  ping();
}
