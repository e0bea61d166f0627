// Any bytes as a page of the post's tracking feed.
#include "connectors/vnpost/codec.hpp"
#include "gateway/core/error.hpp"
#include "gateway/formats/json.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gw;
    using namespace gw::vnpost;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const core::Day day{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(2)};
    const mapping::CodeList states;
    (void)read_event_time(text);
    const auto body = formats::read_json(text);
    if (!body) return 0;
    const auto page = read_page(*body, states, day);
    if (!page) return 0;
    for (const auto& row : page->rows) GW_ASSERT(row.id.empty() || row.id.size() == 24);
    return 0;
}
