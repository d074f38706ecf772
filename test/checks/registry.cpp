// A registry that owns its entries, where only their own destructor takes them out.

// RUN: not %refcycle --quiet --checks=refcycle-registry %s -- -std=c++20 > %t
// RUN: FileCheck %s < %t
// RUN: grep warning: %t | count 4
// RUN: %refcycle --quiet --checks=refcycle-registry %s -- -std=c++20 -DLIBRARY | count 0
// RUN: not %refcycle --quiet --checks=refcycle-registry --min-confidence=possible --fail-on=possible %s -- -std=c++20 -DLIBRARY | FileCheck %s --check-prefix=POSSIBLE

#include <map>
#include <memory>
#include <vector>

//===--- must be reported ---------------------------------------------------===//

#ifndef LIBRARY
struct Font;
static std::map<int, std::shared_ptr<Font>> fonts;
struct Font {
  int id = 0;
  ~Font() { fonts.erase(id); }
};
std::shared_ptr<Font> open(int id) {
  auto font = std::make_shared<Font>();
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: what 'fonts' owns never ends: only the destructor of 'Font' takes it out again, and that cannot run before [refcycle-registry]
  fonts[id] = font;
  return font;
}

// Through an accessor; a sole owner keeps the entry just as well.
struct Brush {
  int id = 0;
  ~Brush();
};
std::map<int, std::unique_ptr<Brush>> &brushes() {
  static std::map<int, std::unique_ptr<Brush>> all;
  return all;
}
// CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: note: 'Brush::~Brush' takes the entry out here, too late
Brush::~Brush() { brushes().erase(id); }
Brush *makeBrush(int id) {
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: what a static container owns never ends: only the destructor of 'Brush'
  brushes()[id] = std::make_unique<Brush>();
  return brushes()[id].get();
}
#endif

// A member of a singleton; the destructor calls what takes the entry out.
struct Widget;
class Screen {
public:
  static Screen &instance() {
    static Screen screen;
    return screen;
  }
  // CHECK-DAG: [[@LINE+2]]:{{[0-9]+}}: warning: what 'Screen::widgets' owns never ends: only the destructor of 'Widget'
  // POSSIBLE-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: what 'Screen::widgets' owns never ends
  void add(std::shared_ptr<Widget> widget) { widgets.push_back(widget); }
  void remove(Widget *widget);

private:
  std::vector<std::shared_ptr<Widget>> widgets;
};
struct Widget : std::enable_shared_from_this<Widget> {
  void show() { Screen::instance().add(shared_from_this()); }
  ~Widget() { Screen::instance().remove(this); }
};
struct Button : Widget {};
void Screen::remove(Widget *widget) {
  for (auto it = widgets.begin(); it != widgets.end(); ++it)
    if (it->get() == widget) {
      widgets.erase(it);
      break;
    }
}

// A part of a part of a global object.
struct Item {
  ~Item();
};
struct Index {
  // CHECK-DAG: [[@LINE+1]]:{{[0-9]+}}: warning: what 'Index::items' owns never ends
  void put(int key, std::shared_ptr<Item> item) { items[key] = item; }
  void drop(int key) { items.erase(key); }
  std::map<int, std::shared_ptr<Item>> items;
};
struct Application {
  std::unique_ptr<Index> index = std::make_unique<Index>();
};
static Application application;
Item::~Item() { application.index->drop(0); }
void fill() { application.index->put(0, std::make_shared<Item>()); }

//===--- must stay silent ---------------------------------------------------===//

namespace quiet {

// Weak entries end with their last user.
struct Image {
  int id = 0;
  ~Image();
};
static std::map<int, std::weak_ptr<Image>> images;
Image::~Image() { images.erase(id); }
void addImage(std::shared_ptr<Image> image) { images[image->id] = image; }

// Raw entries, too.
struct Window {
  Window();
  ~Window();
};
static std::vector<Window *> windows;
Window::Window() { windows.push_back(this); }
Window::~Window() { std::erase(windows, this); }

// Nothing is ever taken out: kept on purpose.
struct Plugin {};
static std::map<int, std::shared_ptr<Plugin>> plugins;
void addPlugin(int id) { plugins[id] = std::make_shared<Plugin>(); }

// Taken out by somebody else as well.
#ifndef LIBRARY
struct Session {
  int id = 0;
  ~Session();
};
static std::map<int, std::shared_ptr<Session>> sessions;
void closeSession(int id) { sessions.erase(id); }
Session::~Session() { closeSession(id); }
void openSession(int id) { sessions[id] = std::make_shared<Session>(); }
#endif

// All go at once in the end.
struct Task {
  int id = 0;
  ~Task();
};
static std::map<int, std::shared_ptr<Task>> tasks;
Task::~Task() { tasks.erase(id); }
void addTask(int id) { tasks[id] = std::make_shared<Task>(); }
void shutDown() { tasks.clear(); }

// A new map in place of the old one.
struct Job {
  int id = 0;
  ~Job();
};
static std::map<int, std::shared_ptr<Job>> jobs;
Job::~Job() { jobs.erase(id); }
void addJob(int id) { jobs[id] = std::make_shared<Job>(); }
void forgetJobs() { jobs = {}; }

// The map ends with its owner, which does not live as long as the program.
struct Node;
struct Graph {
  std::map<int, std::shared_ptr<Node>> nodes;
  void add(int id, std::shared_ptr<Node> node) { nodes[id] = node; }
  void remove(int id) { nodes.erase(id); }
};
struct Node {
  Graph *graph = nullptr;
  ~Node() { graph->remove(0); }
};
void draw() {
  Graph graph;
  graph.add(0, std::make_shared<Node>());
}

// Some code gets the map and may do anything.
struct Track {
  int id = 0;
  ~Track();
};
static std::map<int, std::shared_ptr<Track>> tracks;
void prune(std::map<int, std::shared_ptr<Track>> &);
Track::~Track() { tracks.erase(id); }
void addTrack(int id) {
  prune(tracks);
  tracks[id] = std::make_shared<Track>();
}

// The destructor takes something else out.
struct Reader;
struct Book {};
static std::map<int, std::shared_ptr<Book>> books;
struct Reader {
  int book = 0;
  ~Reader() { books.erase(book); }
};
void addBook(int id) { books[id] = std::make_shared<Book>(); }

} // namespace quiet

#ifndef LIBRARY
int main() {
  open(1);
  makeBrush(1);
  std::make_shared<Button>()->show();
  fill();
  quiet::addImage(std::make_shared<quiet::Image>());
  quiet::addPlugin(1);
  quiet::openSession(1);
  quiet::closeSession(1);
  quiet::addTask(1);
  quiet::shutDown();
  quiet::addJob(1);
  quiet::forgetJobs();
  quiet::draw();
  quiet::addTrack(1);
  quiet::addBook(1);
  quiet::Reader reader;
}
#endif
