// What is wrong with a data file, where, and what to do about it.
#pragma once

#include <string>

namespace gw::mapping {

struct Problem {
    std::string file;
    int line = 0, column = 0;
    std::string what;  // what is wrong and the remedy
};

}  // namespace gw::mapping
