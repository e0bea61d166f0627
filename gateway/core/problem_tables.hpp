// The three parts of the problem catalogue; used by problem.cpp only.
#pragma once

#include "gateway/core/problem.hpp"

#include <vector>

namespace gw::core::problem_tables {

const std::vector<ProblemText>& general();
const std::vector<ProblemText>& validation();
const std::vector<ProblemText>& areas();

}  // namespace gw::core::problem_tables
