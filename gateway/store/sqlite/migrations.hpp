// The numbered .sql files of migrations/, embedded when the program is built.
#pragma once

#include <span>

namespace gw::store::sqlite {

struct Migration {
    int number;
    const char* sql;
};
/// Ascending from 1 without gaps.
std::span<const Migration> migrations();

}  // namespace gw::store::sqlite
