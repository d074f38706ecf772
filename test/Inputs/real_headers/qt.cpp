// The handles of QtCore.

#include <QExplicitlySharedDataPointer>
#include <QPointer>
#include <QScopedArrayPointer>
#include <QScopedPointer>
#include <QSharedData>
#include <QSharedDataPointer>
#include <QSharedPointer>
#include <QWeakPointer>

struct Pointee : QObject, QSharedData {};
struct Handles {
  QSharedPointer<Pointee> shared;
  QExplicitlySharedDataPointer<Pointee> explicitly;
  QSharedDataPointer<Pointee> implicitly;
  QWeakPointer<Pointee> weak;
  QPointer<Pointee> guarded;
  QScopedPointer<Pointee> scoped;
  QScopedArrayPointer<Pointee> array;
};
