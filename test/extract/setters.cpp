// A store through a place is a store into the slot that the place is.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>
struct T {
  std::shared_ptr<T> Next;
  std::weak_ptr<T> Back;
};
struct Owner {
  std::shared_ptr<T> Slot;
  std::map<std::string, std::shared_ptr<T>> Map;
  std::vector<std::shared_ptr<T>> List;
  std::shared_ptr<T> &slot() { return Slot; }
  std::shared_ptr<T> get() const { return Slot; }
};
void assign(std::shared_ptr<T> &Place, std::shared_ptr<T> P) { Place = P; }
void fill(std::vector<std::shared_ptr<T>> &All, const std::shared_ptr<T> &P) {
  All.push_back(P);
}
void output(std::shared_ptr<T> *Place, std::shared_ptr<T> P) { *Place = P; }
void calls(Owner &O, std::shared_ptr<T> P) {
  assign(O.Slot, P);
  fill(O.List, P);
  output(&O.Slot, P);
  O.slot() = P;
}
void aliases(Owner &O, std::shared_ptr<T> P) {
  auto &Member = O.Slot;
  Member = P;
  auto &Mapped = O.Map["a"];
  Mapped = P;
  std::shared_ptr<T> *Pointer = &O.Slot;
  *Pointer = P;
  auto It = O.Map.find("b");
  It->second = P;
  (*O.List.begin()) = P;
}
void loops(Owner &O, std::shared_ptr<T> P) {
  for (auto &[Key, Value] : O.Map)
    Value = P;
  for (auto &Each : O.List)
    Each = P;
  for (auto &Each : O.List)
    Each->Next = P;
  for (auto It = O.Map.begin(); It != O.Map.end(); ++It)
    It->second->Next = P;
}
void bindings(std::pair<std::shared_ptr<T>, int> Pair, std::shared_ptr<T> P) {
  auto &[First, Second] = Pair;
  First->Next = P;
  auto [Copy, Number] = Pair;
  Copy->Back = P;
}
