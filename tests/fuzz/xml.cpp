// Any bytes as XML: refused or read, and what was read writes and reads back the same.
#include "gateway/formats/xml.hpp"

#include "gateway/core/error.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gw::formats;
    const auto read = read_xml({reinterpret_cast<const char*>(data), size});
    if (!read) return 0;
    const auto again = read_xml(
        write_xml(*read), {.bytes_max = 64 << 20, .depth_max = 32, .attributes_max = 4096}
    );
    GW_ASSERT(again.has_value() && *again == *read);
    return 0;
}
