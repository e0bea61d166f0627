// Any bytes as a mapping file and as a list of codes: loaded, or refused with problems that have a
// place.
#include "gateway/core/error.hpp"
#include "gateway/mapping/mapping.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gw;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto read = [&text](const std::string& name) -> core::Result<std::string> {
        if (name == "codes/enumerations.csv")
            return std::string("partner,field,code,canonical\np,f,1,ONE\n");
        return text;
    };
    for (const char* name : {"national_portal/M.toml", "national_portal/codes.toml"}) {
        std::vector<mapping::Problem> problems;
        const auto library = mapping::Library::load({name}, read, &problems);
        GW_ASSERT(library.has_value() == problems.empty());
        if (!library) continue;
        const core::Day day{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(2)};
        core::Document empty = core::Document::object();
        for (const auto& known : library->names()) {
            const auto found = library->find(known, day);
            if (!found) continue;
            (void)found->encode(empty, empty);
            (void)found->decode(empty, empty);
        }
    }
    return 0;
}
