// Any bytes as an answer of the portal, as a note of a lane and as an inbound call. Run from the
// repository's root.
#include "connectors/kit/text.hpp"
#include "connectors/national_portal/classify.hpp"
#include "connectors/national_portal/inbound.hpp"
#include "connectors/national_portal/session.hpp"
#include "gateway/formats/json.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gw;
    using namespace gw::national_portal;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Options options;
    options.province_roots = {"H37"};
    const mapping::Answers answers;
    ports::HttpResult result;
    result.ok = true;
    result.response.status = 200;
    result.response.body = std::string(text);
    for (const auto envelope :
         {connector_kit::Envelope::direct,
          connector_kit::Envelope::dual,
          connector_kit::Envelope::nested,
          connector_kit::Envelope::data}) {
        options.envelope = envelope;
        Call call;
        call.kind = connector_kit::Kind::once;
        const Reading reading = read_answer(options, answers, call, result);
        GW_ASSERT(reading.verdict.answer.size() <= 4096);
        (void)read_look_up(reading.result, "H37.14-260302-0001");
        Push push;
        push.is_packet = true;
        (void)conclude(push, reading.verdict);
    }
    (void)read_log_in(options, answers, result, core::Instant());
    const std::string note = write_memory(read_memory(text));
    GW_ASSERT(write_memory(read_memory(note)) == note);
    (void)without_security_key(options, std::string(text));
    if (const auto body = formats::read_json(text); body && body->is_object()) {
        const mapping::Library library;
        const core::Day day{std::chrono::year(2026), std::chrono::month(3), std::chrono::day(2)};
        (void)read_tax_notice(*body);
        (void)read_tax_receipt(options, *body);
        (void)understand(options, library, Inbound::promotion_supplement, *body, day);
    }
    return 0;
}
