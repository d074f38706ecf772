// The handles of OpenSceneGraph.

#include <osg/Referenced>
#include <osg/observer_ptr>
#include <osg/ref_ptr>

struct Pointee : osg::Referenced {};
struct Handles {
  osg::ref_ptr<Pointee> strong;
  osg::observer_ptr<Pointee> weak;
};
