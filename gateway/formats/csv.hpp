// CSV with a header line (RFC 4180), as code lists are kept.
#pragma once

#include "gateway/core/error.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gw::formats {

struct CsvTable {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;  // each as long as columns
    std::vector<int> lines;                      // of the file, one a row; the header is line 1
    /// Column number; -1 when missing.
    int column(std::string_view name) const;
};
/// Errors: give_up "csv.syntax" with the line number.
core::Result<CsvTable> read_csv(std::string_view text);

}  // namespace gw::formats
