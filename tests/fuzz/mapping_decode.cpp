// Any JSON through the portal's own inbound and outbound mappings. Run from the repository's root.
#include "gateway/core/error.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/mapping_folder.hpp"

#include <cstdint>
#include <cstdlib>

namespace {
const gw::mapping::Library& library() {
    static const gw::mapping::Library loaded = [] {
        std::vector<gw::mapping::Problem> problems;
        auto result = gw::mapping::test::real_folder().load(problems);
        if (!result) std::abort();
        return *result;
    }();
    return loaded;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gw;
    const auto read = formats::read_json({reinterpret_cast<const char*>(data), size});
    if (!read) return 0;
    const core::Day day{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(2)};
    for (const auto& name : library().names()) {
        const auto mapping = library().find(name, day);
        std::vector<std::string> unmapped;
        (void)mapping->decode(*read, *read, &unmapped);
        (void)mapping->encode(*read, *read);
    }
    return 0;
}
