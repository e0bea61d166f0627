// Any bytes as JSON: refused or read, and what was read writes and reads back the same.
#include "gateway/formats/json.hpp"

#include "gateway/core/error.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gw::formats;
    const auto read = read_json({reinterpret_cast<const char*>(data), size});
    if (!read) return 0;
    const JsonLimits wide{.bytes_max = 16 << 20};
    const auto again = read_json(write_json(*read), wide);
    GW_ASSERT(again.has_value() && *again == *read);
    GW_ASSERT(read_json(canonical_json(*read), wide).has_value());
    return 0;
}
