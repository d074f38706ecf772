# Installs the runtime into an empty directory, then builds and runs a user of
# it, warnings being errors: through find_package, and through pkg-config if
# there is one.
# Programs that link the verifier are checked at their end, on a call and on a
# signal.
#   cmake -DBUILD=... -DSOURCE=... -DWORK=... -DCXX=... -DGENERATOR=...
#         -P check_package.cmake
function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
endfunction()

# What the command prints, standard error included, has to match.
function(expect pattern)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY
    OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT text MATCHES "${pattern}")
    message(FATAL_ERROR "${ARGN}\nprints\n${text}\nand not\n${pattern}")
  endif()
endfunction()

set(FLAGS "${FLAGS} -Wall -Wextra -Werror")
set(prefix ${WORK}/prefix)
file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix} --component runtime)
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${SOURCE} -B ${WORK}/user
    -DCMAKE_PREFIX_PATH=${prefix}
    -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_CXX_FLAGS=${FLAGS})
run(${CMAKE_COMMAND} --build ${WORK}/user)
run(${WORK}/user/user_of_runtime)
run(${WORK}/user/user_of_runtime_shared)

# A sanitizer has an allocator of its own, and the verifier needs the hooks.
if(NOT FLAGS MATCHES "sanitize")
  set(cycle "Node[+]0 -> Node[+]0 -> Node, 1 instance, [0-9]+ bytes\n")
  set(report "refcycle: objects keep each other alive:\n${cycle}")
  expect("^${report}$" ${WORK}/user/leaking)
  expect("^${report}$" ${WORK}/user/leaking_as_needed)
  expect("^$" ${WORK}/user/leaking good)
  expect("^goes on\n${report}$" ${WORK}/user/leaking signal)
  expect("0, then 1: Node[+]0 -> Node, 1 instance" ${WORK}/user/asking)
  set(ENV{REFCYCLE_VERIFY_SIGNAL} 23) # SIGURG
  expect("^${report}goes on\n${report}$" ${WORK}/user/leaking signal)
endif()

find_program(pkg_config pkg-config)
file(GLOB_RECURSE description ${prefix}/*/refcycle.pc)
if(NOT pkg_config OR NOT description)
  return()
endif()
cmake_path(GET description PARENT_PATH directory)
set(ENV{PKG_CONFIG_PATH} ${directory})
execute_process(
  COMMAND ${pkg_config} --define-variable=prefix=${prefix} --cflags --libs refcycle
  OUTPUT_VARIABLE arguments OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(arguments UNIX_COMMAND "${arguments} ${FLAGS}")
run(${CXX} ${SOURCE}/user.cpp -o ${WORK}/by_pkg_config ${arguments})
set(ENV{LD_LIBRARY_PATH} ${directory}/..)
run(${WORK}/by_pkg_config)
