// The handles of Teuchos.

#include <Teuchos_ArrayRCP.hpp>
#include <Teuchos_RCP.hpp>

struct Pointee {
  int value;
};
struct Handles {
  Teuchos::RCP<Pointee> strong;
  Teuchos::ArrayRCP<Pointee> array;
};
