// Which owner to give up: never the only one of an object. If each is the only
// one, or keeps its object alive on purpose, it has to be cleared in time.

// RUN: not %refcycle --quiet %s -- -std=c++20 > %t
// RUN: FileCheck %s < %t
// RUN: grep warning: %t | count 19
// Every finding has one piece of advice.
// RUN: grep -E '; (make this one weak|capture (a weak handle|something|a raw)|clear it|its handle has no|use a lambda|hold something)' %t | count 19

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

// Two ways that nothing else tells apart: what is used less gives way.
struct Song;
struct Album {
  std::shared_ptr<Song> title;
  int length() const;
  int half() const;
};
struct Song {
  std::shared_ptr<Album> album;
  int seconds = 0;
  int whole() const { return album->length(); }
};
int Album::length() const { return title->seconds; }
int Album::half() const { return title->seconds / 2; }
void press(std::shared_ptr<Album> &album, std::shared_ptr<Song> &song) {
  album->title = song;
  song->album = album;
}
// CHECK-DAG: 'Song' owns 'Album' through 'album'; make this one weak

//===--- handles without a weak form ----------------------------------------===//

namespace counted {
struct Object {
  int refs = 0;
  virtual ~Object() = default;
};
template <typename T> class Ref {
  T *object;

public:
  Ref(T *o = nullptr) : object(o) {
    if (object)
      ++object->refs;
  }
  Ref(const Ref &other) : Ref(other.object) {}
  Ref &operator=(Ref other) {
    std::swap(object, other.object);
    return *this;
  }
  ~Ref() {
    if (object && --object->refs == 0)
      delete object;
  }
  T *operator->() const { return object; }
  explicit operator bool() const { return object; }
};
} // namespace counted

struct Canvas;
struct Brush : counted::Object {
  counted::Ref<Canvas> canvas;
};
struct Canvas : counted::Object {
  std::vector<counted::Ref<Brush>> brushes;
};
void draw(counted::Ref<Canvas> canvas) {
  counted::Ref<Brush> brush(new Brush);
  brush->canvas = canvas;
  canvas->brushes.push_back(brush);
}
// CHECK-DAG: 'Brush' owns 'Canvas' through 'canvas'; its handle has no weak form: make it a raw pointer that is cleared when 'Canvas' ends, or clear it in time

struct Spring : counted::Object {
  std::function<void()> onRest;
};
void wind(counted::Ref<Spring> spring) {
  spring->onRest = [spring] { (void)spring->onRest; };
}
// CHECK-DAG: the lambda captures 'spring', an owner of 'Spring'; capture a raw pointer instead, which has to go before what it points to

// There is one beside it, which the handle is made of.
namespace watched {
template <typename T> class WeakRef;
template <typename T> class Ref : public counted::Ref<T> {
public:
  using counted::Ref<T>::Ref;
  Ref(const WeakRef<T> &weak);
};
template <typename T> class WeakRef {};
} // namespace watched
struct Lens : counted::Object {
  std::function<void()> onFocus;
};
void focus(watched::Ref<Lens> lens) {
  lens->onFocus = [lens] { (void)lens->onFocus; };
}
// CHECK-DAG: the lambda captures 'lens', an owner of 'Lens'; capture a weak handle instead

// What binds it needs a lambda.
struct Fuse : counted::Object {
  std::function<void()> onBlow;
};
void trip(counted::Ref<Fuse>) {}
void arm(counted::Ref<Fuse> fuse) { fuse->onBlow = std::bind(trip, fuse); }
// CHECK-DAG: the bind holds 'fuse', an owner of 'Fuse'; use a lambda with a raw pointer instead, which has to go before what it points to

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

// A class that is a handle as a whole is copied by its users, who know nothing
// of a weak form.
struct ReaderState;
class Reader {
public:
  Reader() = default;
  explicit Reader(std::shared_ptr<ReaderState> s) : state(std::move(s)) {}
  ReaderState &operator*() const { return *state; }

private:
  std::shared_ptr<ReaderState> state;
};
struct Result {
  Reader value;
};
struct ReaderState {
  std::function<void()> created;
};
void create() {
  auto state = std::make_shared<ReaderState>();
  auto result = std::make_shared<Result>();
  state->created = [result] { (void)result->value; };
  result->value = Reader(state);
}
// CHECK-DAG: the lambda captures 'result', an owner of 'Result'; capture a weak handle instead
// CHECK-DAG: 'Reader' owns 'ReaderState' through 'state'{{$}}

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
  auto album = std::make_shared<Album>();
  auto song = std::make_shared<Song>();
  press(album, song);
  counted::Ref<Canvas> canvas(new Canvas);
  draw(canvas);
  counted::Ref<Spring> spring(new Spring);
  wind(spring);
  watched::Ref<Lens> lens(new Lens);
  focus(lens);
  counted::Ref<Fuse> fuse(new Fuse);
  arm(fuse);
  create();
  return album->half() + song->whole();
}
