# gw_embed_migrations(NAME DIR folder): the numbered .sql files of a folder become gw::store::sqlite::migrations().
function(gw_embed_migrations name)
  cmake_parse_arguments(ARG "" "DIR" "" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS "${ARG_DIR}/*.sql")
  list(SORT files)
  set(rows "")
  set(expected 1)
  foreach(file IN LISTS files)
    get_filename_component(base "${file}" NAME)
    string(REGEX MATCH "^[0-9]+" number "${base}")
    math(EXPR number "${number}")
    if(NOT number EQUAL expected)
      message(FATAL_ERROR "${base}: migrations are numbered from 001 without gaps")
    endif()
    math(EXPR expected "${expected} + 1")
    file(READ "${file}" sql)
    string(APPEND rows "    {${number}, R\"migration(${sql})migration\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  endforeach()
  set(out "${PROJECT_BINARY_DIR}/generated/${name}_migrations.cpp")
  file(CONFIGURE OUTPUT "${out}" @ONLY CONTENT [=[
// Generated from the migrations folder.
#include "gateway/store/sqlite/migrations.hpp"

namespace gw::store::sqlite {
namespace {
constexpr Migration all[] = {
@rows@};
}  // namespace
std::span<const Migration> migrations() { return all; }
}  // namespace gw::store::sqlite
]=])
  target_sources(gw_${name} PRIVATE "${out}")
endfunction()
