// The bytes of an answer in the form of the question, with what platforms do to them.
#include "simulators/kit/admin.hpp"
#include "simulators/kit/json_writer.hpp"
#include "simulators/kit/text.hpp"
#include "simulators/population/soap.hpp"
#include "simulators/population/world.hpp"

#include <openssl/evp.h>

namespace sim::population {
namespace {

using kit::Answer;

Answer xml_answer(int status, std::string body) {
    Answer a;
    a.status = status;
    a.headers.emplace_back("Content-Type", "text/xml; charset=utf-8");
    a.body = R"(<?xml version="1.0" encoding="UTF-8"?>)" + std::move(body);
    return a;
}

std::string doubly(const char* code, const std::string& message) {
    kit::JsonWriter out;
    out.object().field("error_code", code).field("message", message);
    return out.end_object().take();
}

std::string returned(const Query& q, const std::string& inside) {
    auto name = q.name + "Response";
    return "<" + name + " xmlns=\"" + std::string(request_namespace) + "\"><return>" + inside +
           "</return></" + name + ">";
}

/// F-98: text where XML was due.
std::optional<Answer> wrapped(
    World& w, const Query& q, const std::string& body, core::Instant now
) {
    const auto* f = w.faults.strikes("wrapped", w.occasion(q, now));
    if (!f) return {};
    auto form = f->param("form", "json");
    auto cdata = enveloped(returned(q, "<![CDATA[" + body + "]]>"), q.soap_header);
    if (form == "cdata") return xml_answer(200, cdata);
    if (form == "escaped")
        return xml_answer(200, enveloped(returned(q, xml_escape(body)), q.soap_header));
    if (form == "json_cdata") return kit::json_answer(200, doubly("0", cdata));
    auto once = doubly("0", enveloped(body, q.soap_header));
    return kit::json_answer(200, form == "json_twice" ? doubly("0", once) : once);
}

std::string sha512_base64(std::string_view bytes) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha512(), nullptr);
    return kit::base64(std::string_view(reinterpret_cast<const char*>(digest), size));
}

bool of_exchange(const Refusal& why) {
    return why.code.starts_with("Server.") || why.code.starts_with("Client.Xroad");
}

}  // namespace

Answer say(World& w, const Query& q, const Spot& spot, const Found& found, core::Instant now) {
    if (q.form == Form::rest) {
        kit::JsonWriter out;
        out.object().field("data", found.yes);
        return kit::json_answer(200, out.end_object().take());
    }
    if (auto other = wrapped(w, q, found.body, now)) return *other;
    auto soap = enveloped(found.body, q.soap_header);
    bool as_text = q.form == Form::json ||
                   (spot.door == Door::platform && w.options.lgsp_wrapping == Wrapping::soap_text);
    return as_text ? kit::json_answer(200, doubly("0", soap)) : xml_answer(200, soap);
}

Answer refuse(World& w, const Query& q, const Spot& spot, const Refusal& why) {
    // What the platform itself refuses is told in its own JSON.
    bool platform_says = why.code == "Client.Token";
    if (q.form != Form::soap || platform_says) {
        int status = why.status == 500 ? 400 : why.status;
        return kit::json_answer(status, doubly(std::to_string(status).c_str(), why.text));
    }
    if (why.code == "Client.Route")
        return kit::html_answer(
            404, "<html><body><h1>Adapter</h1><p>Không tìm thấy dịch vụ</p></body></html>"
        );
    if (of_exchange(why) && !spot.xroad_soap) {
        kit::JsonWriter out;
        out.object().field("type", why.code).field("message", why.text);
        out.field("detail", "00000000-0000-4000-8000-000000000000");
        auto a = kit::json_answer(why.status, out.end_object().take());
        a.headers.emplace_back("X-Road-Error", why.code);
        return a;
    }
    auto fault = fault_text(why.code, why.text, why.field, q.soap_header);
    bool as_text = spot.door == Door::platform && w.options.lgsp_wrapping == Wrapping::soap_text;
    return as_text ? kit::json_answer(200, doubly("0", fault)) : xml_answer(why.status, fault);
}

std::string request_hash(std::string_view body) {
    return "<xro:requestHash xmlns:xro=\"" + std::string(xroad_namespace) +
           "\" algorithmId=\"http://www.w3.org/2001/04/xmlenc#sha512\">" + sha512_base64(body) +
           "</xro:requestHash>";
}

void mark_exchange(World& w, const kit::Call& call, const Query& q, Answer& a, core::Instant now) {
    auto id = std::string(call.header("X-Road-Id"));
    ++w.exchanges;
    if (id.empty()) id = kit::sha256_hex("id" + std::to_string(w.exchanges)).substr(0, 32);
    if (w.faults.strikes("answer_id_differs", w.occasion(q, now))) {
        std::string other = "00000000-0000-4000-8000-0000000000ff";
        auto sent = q.field("X-Road-Id");
        if (auto at = a.body.find(sent); !sent.empty() && at != std::string::npos)
            a.body.replace(at, sent.size(), other);
        id = other;
    }
    a.headers.emplace_back("X-Road-Id", id);
    a.headers.emplace_back("X-Road-Service", w.options.xroad_service + "/" + q.name);
    a.headers.emplace_back(
        "X-Road-Request-Id", "VN-ss1-" + std::to_string(1'000'000'000 + w.exchanges)
    );
    a.headers.emplace_back("X-Road-Request-Hash", sha512_base64(call.body));
}

}  // namespace sim::population
