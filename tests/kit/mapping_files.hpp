// The mappings folder for doctest programs.
#pragma once

#include "tests/kit/mapping_folder.hpp"

#include <doctest/doctest.h>
