// pugixml reads the text; it neither fetches nor expands anything.
#include "simulators/population/soap.hpp"

#include "simulators/kit/text.hpp"

#include <cstring>

namespace sim::population {
namespace {

std::string_view prefix_of(std::string_view name) {
    auto colon = name.find(':');
    return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

int depth_of(pugi::xml_node node) {
    // Walked without recursion: the text is somebody else's.
    int deepest = 0, at = 0;
    for (auto n = node; n;) {
        deepest = std::max(deepest, at);
        if (n.first_child()) {
            n = n.first_child();
            ++at;
            continue;
        }
        while (n && n != node && !n.next_sibling()) {
            n = n.parent();
            --at;
        }
        if (!n || n == node) break;
        n = n.next_sibling();
    }
    return deepest;
}

}  // namespace

std::string parse_xml(pugi::xml_document& doc, std::string_view text) {
    if (text.size() > (1U << 20)) return "quá 1 MB";
    if (!kit::is_utf8(text)) return "không phải UTF-8";
    if (text.starts_with("\xef\xbb\xbf")) return "có dấu BOM ở đầu";
    auto result = doc.load_buffer(
        text.data(),
        text.size(),
        pugi::parse_default | pugi::parse_doctype | pugi::parse_ws_pcdata_single,
        pugi::encoding_utf8
    );
    if (!result) return std::string("không phải XML đúng dạng: ") + result.description();
    for (auto child : doc.children())
        if (child.type() == pugi::node_doctype) return "DOCTYPE không được phép";
    if (depth_of(doc) > 32) return "lồng nhau quá sâu";
    return {};
}

std::string_view local_name(pugi::xml_node node) {
    std::string_view name = node.name();
    auto colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view namespace_of(pugi::xml_node node) {
    auto prefix = prefix_of(node.name());
    std::string wanted = prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
    for (auto at = node; at; at = at.parent())
        if (auto declared = at.attribute(wanted.c_str())) return declared.value();
    return {};
}

bool is_element(pugi::xml_node node, std::string_view name_space, std::string_view local) {
    return node.type() == pugi::node_element && local_name(node) == local &&
           namespace_of(node) == name_space;
}

pugi::xml_node first_element(pugi::xml_node node) {
    auto child = node.first_child();
    return child.type() == pugi::node_element || !child ? child : next_element(child);
}

pugi::xml_node next_element(pugi::xml_node node) {
    do node = node.next_sibling();
    while (node && node.type() != pugi::node_element);
    return node;
}

std::string text_in(pugi::xml_node node) {
    std::string out;
    for (auto child : node.children())
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
            out += child.value();
    return out;
}

std::string xml_escape(std::string_view text) {
    std::string out;
    for (char c : text) switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    return out;
}

std::string enveloped(std::string_view body, std::string_view header) {
    std::string out = "<soapenv:Envelope xmlns:soapenv=\"" + std::string(soap_namespace) + "\">";
    if (!header.empty()) out += "<soapenv:Header>" + std::string(header) + "</soapenv:Header>";
    return out + "<soapenv:Body>" + std::string(body) + "</soapenv:Body></soapenv:Envelope>";
}

std::string fault_text(
    std::string_view code, std::string_view text, std::string_view field, std::string_view header
) {
    // Dotted codes of the exchange stand alone; the database's own are qualified.
    bool of_exchange = code.starts_with("Server.") || code.starts_with("Client.Xroad");
    std::string body = "<soapenv:Fault><faultcode>" + std::string(of_exchange ? "" : "soapenv:") +
                       xml_escape(code) + "</faultcode><faultstring>" + xml_escape(text) +
                       "</faultstring>";
    if (!field.empty())
        body += "<detail><loi xmlns=\"" + std::string(request_namespace) + "\"><truong>" +
                xml_escape(field) + "</truong></loi></detail>";
    return enveloped(body + "</soapenv:Fault>", header);
}

}  // namespace sim::population
