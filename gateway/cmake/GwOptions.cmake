# Flags that every target of the project shares.
add_library(gw_options INTERFACE)
target_compile_options(gw_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror)
target_compile_definitions(gw_options INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_include_directories(gw_options INTERFACE "${PROJECT_SOURCE_DIR}")
target_include_directories(gw_options SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
target_link_libraries(gw_options INTERFACE gw_boost_asio)

# The compiled half of Asio and Beast, once.
add_library(gw_boost_asio STATIC gateway/cmake/boost_asio.cpp)
set_target_properties(gw_boost_asio PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_compile_definitions(gw_boost_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
# The same as its users: the macro changes return types of compiled functions.
target_compile_definitions(gw_boost_asio PRIVATE BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(gw_boost_asio PUBLIC Threads::Threads OpenSSL::SSL OpenSSL::Crypto)

# GCC 12 takes Asio's pair of coroutine frame functions for a mismatch when it inlines only one of them.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(gw_options INTERFACE -Wno-mismatched-new-delete)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(gw_options INTERFACE -Wno-unqualified-std-cast-call)
endif()

# doctest's implementation, compiled once for all test programs. What links it is a test program: its own code is not
# optimised, which takes a third of the time to compile and nothing from the code under test.
add_library(gw_test_main OBJECT tests/main.cpp)
target_link_libraries(gw_test_main PRIVATE gw_options)
target_compile_options(gw_test_main INTERFACE "$<$<CXX_COMPILER_ID:GNU>:-O0;-U_FORTIFY_SOURCE>")
