// SOAP of Viettel's SMS service. The order of the elements is part of the contract.
#include "connectors/sms_viettel/codec.hpp"

#include "gateway/core/text.hpp"
#include "gateway/formats/xml.hpp"

namespace gw::sms_viettel {

namespace {

using core::Document;

constexpr std::string_view soap = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr std::string_view own = "http://impl.bulkSms.ws/";
constexpr std::size_t answer_max = 1 << 16;

std::string named(std::string_view space, std::string_view local) {
    return "{" + std::string(space) + "}" + std::string(local);
}

ports::HttpRequest request_with(const Options& o, std::string_view operation, Document content) {
    Document body = Document::object(), envelope = Document::object(), root = Document::object();
    body.set(named(own, operation), std::move(content));
    envelope.set(named(soap, "Header"), Document::text(""));
    envelope.set(named(soap, "Body"), std::move(body));
    root.set(named(soap, "Envelope"), std::move(envelope));
    formats::XmlStyle style;
    style.prefixes = {{std::string(soap), "soapenv"}, {std::string(own), "impl"}};
    ports::HttpRequest request;
    request.method = "POST";
    request.url = o.url;
    request.body = formats::write_xml(root, style);
    request.headers.emplace_back("Content-Type", "text/xml; charset=utf-8");
    request.headers.emplace_back("SOAPAction", "\"\"");
    request.connect_max = o.connect_max;
    request.answer_bytes_max = answer_max;
    return request;
}

Document account(const Options& o) {
    Document content = Document::object();
    content.set("User", Document::text(o.user));
    content.set("Password", Document::text(o.password));
    content.set("CPCode", Document::text(o.cp_code));
    return content;
}

std::string_view local(std::string_view name) {
    const auto at = name.rfind('}');
    return at == name.npos ? name : name.substr(at + 1);
}

/// Anywhere below; namespaces differ between the service's versions.
const Document* below(const Document& element, std::string_view name, int depth = 0) {
    if (depth > 8) return nullptr;
    for (const core::Member& m : element.members())
        if (local(m.name) == name) return &m.value;
    for (const core::Member& m : element.members())
        if (const Document* found = below(m.value, name, depth + 1)) return found;
    return nullptr;
}

std::string text_below(const Document& element, std::string_view name) {
    const Document* found = below(element, name);
    if (found == nullptr) return {};
    if (!found->is_object()) return core::single_blanks(found->as_text());
    const Document* inner = found->find("#text");
    return inner == nullptr ? std::string() : core::single_blanks(inner->as_text());
}

}  // namespace

ports::HttpRequest sms_request(const Options& o, const Document& notice) {
    const Document* message = notice.find("message");
    const std::string text = message == nullptr ? "" : message->text_of("text");
    const bool accented = message != nullptr && message->text_of("accented") == "true";
    const std::string phone = notice.text_of("phone");
    Document content = account(o);
    content.set("RequestID", Document::text(o.request_id));
    content.set("UserID", Document::text(phone));
    content.set("ReceiverID", Document::text(phone));
    content.set("ServiceID", Document::text(o.brand));
    content.set("CommandCode", Document::text("bulksms"));
    content.set("Content", Document::text(text));
    content.set("ContentType", Document::text(accented ? "1" : "0"));
    return request_with(o, "wsCpMt", std::move(content));
}

ports::HttpRequest balance_request(const Options& o) {
    return request_with(o, "checkBalance", account(o));
}

std::optional<Answer> read_answer(std::string_view body) {
    const auto xml = formats::read_xml(body, {answer_max, 16, 32});
    if (!xml || below(*xml, "Fault") != nullptr) return std::nullopt;
    const Document* given = below(*xml, "return");
    if (given == nullptr || !given->is_object()) return std::nullopt;
    Answer answer;
    answer.result = text_below(*given, "result");
    answer.message = text_below(*given, "message");
    answer.balance = text_below(*given, "balance");
    if (answer.result.empty()) return std::nullopt;
    return answer;
}

}  // namespace gw::sms_viettel
