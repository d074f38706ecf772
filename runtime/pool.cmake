# Sources of refcycle::pool, for the runtime library. They need threads and the
# headers in include/, and nothing else; Valgrind's headers are used when there.
set(REFCYCLE_POOL_SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/src/pool.cpp
  ${CMAKE_CURRENT_LIST_DIR}/src/pool_arenas.cpp
  ${CMAKE_CURRENT_LIST_DIR}/src/pool_central.cpp
  ${CMAKE_CURRENT_LIST_DIR}/src/pool_debug.cpp
  ${CMAKE_CURRENT_LIST_DIR}/src/pool_misuse.cpp
  ${CMAKE_CURRENT_LIST_DIR}/src/pool_process.cpp
  ${CMAKE_CURRENT_LIST_DIR}/src/pool_resource.cpp
  ${CMAKE_CURRENT_LIST_DIR}/src/pool_statistics.cpp
  ${CMAKE_CURRENT_LIST_DIR}/src/pool_thread.cpp
  ${CMAKE_CURRENT_LIST_DIR}/src/pool_tools.cpp
)
