// Any bytes as CSV: refused, or rows as long as the header.
#include "gateway/formats/csv.hpp"

#include "gateway/core/error.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto table = gw::formats::read_csv({reinterpret_cast<const char*>(data), size});
    if (!table) return 0;
    GW_ASSERT(table->lines.size() == table->rows.size());
    for (const auto& row : table->rows) GW_ASSERT(row.size() == table->columns.size());
    return 0;
}
