// Any bytes as an answer or a notice of the national payment platform.
#include "connectors/national_platform/codec.hpp"
#include "gateway/core/error.hpp"
#include "gateway/formats/json.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gw;
    using namespace gw::national_platform;
    const std::string text(reinterpret_cast<const char*>(data), size);
    Options options;
    options.merchant = "LTTEST01";
    options.secret = "SYNTHETIC-FUZZ";
    options.url = "https://pay.test/";
    options.checkout_hosts = {"pay.test"};
    const mapping::Answers answers;
    core::Document payment = core::Document::object();
    payment.set("reference", core::Document::text("LT260057K3M9Q2C"));
    const Notice notice = read_notice(options, text);
    // The secret is not in the corpus: nothing can be verified.
    GW_ASSERT(!notice.verified);
    const auto reply =
        formats::read_json(notice_reply(options, "99", "x", notice, core::Instant()));
    GW_ASSERT(reply && reply->text_of("MaXacThuc").size() == 64);
    for (const auto envelope : {connector_kit::Envelope::direct, connector_kit::Envelope::dual}) {
        options.envelope = envelope;
        ports::HttpResult result;
        result.ok = true;
        result.response.status = 200;
        result.response.body = text;
        const Begun begun = read_begun(options, answers, payment, result);
        GW_ASSERT(begun.error.has_value() != begun.says.is_object());
        (void)read_state(options, answers, payment, platform_words(text, envelope));
    }
    (void)is_allowed_bill(options, text);
    return 0;
}
