// Namespaces are looked up by hand, because pugixml does not know them.
#include "simulators/phone/soap.hpp"

#include "simulators/kit/text.hpp"

#include <pugixml.hpp>

namespace sim::phone {
namespace {

constexpr std::string_view soap_space = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr std::string_view sms_space = "http://impl.bulkSms.ws/";

std::string local_name(const pugi::xml_node& n) {
    std::string name = n.name();
    auto colon = name.find(':');
    return colon == std::string::npos ? name : name.substr(colon + 1);
}

std::string namespace_of(const pugi::xml_node& n) {
    std::string name = n.name();
    auto colon = name.find(':');
    auto wanted = colon == std::string::npos ? "xmlns" : "xmlns:" + name.substr(0, colon);
    for (auto at = n; at; at = at.parent())
        if (auto a = at.attribute(wanted.c_str())) return a.value();
    return {};
}

pugi::xml_node child(const pugi::xml_node& n, std::string_view space, std::string_view name) {
    for (const auto& c : n.children())
        if (c.type() == pugi::node_element && local_name(c) == name && namespace_of(c) == space)
            return c;
    return {};
}

SoapCall unreadable(std::string why) {
    SoapCall call;
    call.fault = std::move(why);
    return call;
}

std::string element(std::string_view name, std::string_view value) {
    return "<" + std::string(name) + ">" + kit::html_escape(value) + "</" + std::string(name) + ">";
}

std::string envelope(const std::string& inside) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
           "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body>" +
           inside + "</S:Body></S:Envelope>";
}

}  // namespace

std::string SoapCall::part(std::string_view name) const {
    for (const auto& [key, value] : parts)
        if (key == name) return value;
    return {};
}

SoapCall read_soap(std::string_view body) {
    if (!kit::is_utf8(body)) return unreadable("Couldn't create SOAP message: invalid UTF-8");
    // F-235: a server that is worth its name reads no document type.
    if (body.find("<!DOCTYPE") != std::string_view::npos)
        return unreadable("Couldn't create SOAP message: DOCTYPE is disallowed");
    pugi::xml_document doc;
    if (!doc.load_buffer(body.data(), body.size(), pugi::parse_default, pugi::encoding_utf8))
        return unreadable("Couldn't create SOAP message: not well-formed XML");
    auto root = child(doc, soap_space, "Envelope");
    auto inside = root ? child(root, soap_space, "Body") : root;
    if (!inside) return unreadable("Couldn't create SOAP message: no SOAP 1.1 envelope");
    pugi::xml_node operation;
    for (const auto& c : inside.children())
        if (c.type() == pugi::node_element && !operation) operation = c;
    auto space = operation ? namespace_of(operation) : std::string();
    auto name = local_name(operation);
    if (space != sms_space || (name != "wsCpMt" && name != "checkBalance"))
        return unreadable("Cannot find dispatch method for {" + space + "}" + name);
    SoapCall call;
    call.operation = name;
    for (const auto& c : operation.children()) {
        if (c.type() != pugi::node_element) continue;
        auto own = namespace_of(c);
        call.parts.emplace_back(
            own.empty() ? local_name(c) : "{" + own + "}" + local_name(c), c.text().get()
        );
    }
    return call;
}

std::string soap_fault(std::string_view text) {
    return envelope(
        "<S:Fault><faultcode>S:Client</faultcode>" + element("faultstring", text) + "</S:Fault>"
    );
}

std::string soap_answer(
    std::string_view operation, const std::vector<std::pair<std::string, std::string>>& parts
) {
    std::string inside = "<return>";
    for (const auto& [name, value] : parts) inside += element(name, value);
    auto name = std::string(operation) + "Response";
    return envelope(
        "<ns2:" + name + " xmlns:ns2=\"" + std::string(sms_space) + "\">" + inside +
        "</return></ns2:" + name + ">"
    );
}

std::string sms_wsdl() {
    auto type = [](const std::string& name, std::initializer_list<const char*> parts) {
        std::string out = "<xs:complexType name=\"" + name + "\"><xs:sequence>";
        for (const char* part : parts)
            out += "<xs:element name=\"" + std::string(part) +
                   "\" type=\"xs:string\" minOccurs=\"0\"/>";
        return out + "</xs:sequence></xs:complexType>";
    };
    auto response = [](const std::string& name) {
        return "<xs:complexType name=\"" + name +
               "Response\"><xs:sequence><xs:element name=\"return\" type=\"tns:result\" "
               "minOccurs=\"0\"/></xs:sequence></xs:complexType><xs:element name=\"" +
               name + "\" type=\"tns:" + name + "\"/><xs:element name=\"" + name +
               "Response\" type=\"tns:" + name + "Response\"/>";
    };
    std::string ports, bindings, messages;
    for (std::string name : {"wsCpMt", "checkBalance"}) {
        messages +=
            "<message name=\"" + name + "\"><part name=\"parameters\" element=\"tns:" + name +
            "\"/></message><message name=\"" + name +
            "Response\"><part name=\"parameters\" element=\"tns:" + name + "Response\"/></message>";
        ports += "<operation name=\"" + name + "\"><input message=\"tns:" + name +
                 "\"/><output message=\"tns:" + name + "Response\"/></operation>";
        bindings += "<operation name=\"" + name +
                    "\"><soap:operation soapAction=\"\"/><input><soap:body use=\"literal\"/>"
                    "</input><output><soap:body use=\"literal\"/></output></operation>";
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><definitions "
           "xmlns=\"http://schemas.xmlsoap.org/wsdl/\" "
           "xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" "
           "xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:tns=\"" +
           std::string(sms_space) + "\" targetNamespace=\"" + std::string(sms_space) +
           "\" name=\"CcApi\"><types><xs:schema targetNamespace=\"" + std::string(sms_space) +
           "\">" +
           type(
               "wsCpMt",
               {"User",
                "Password",
                "CPCode",
                "RequestID",
                "UserID",
                "ReceiverID",
                "ServiceID",
                "CommandCode",
                "Content",
                "ContentType"}
           ) +
           type("checkBalance", {"User", "Password", "CPCode"}) +
           type("result", {"result", "message", "balance"}) + response("wsCpMt") +
           response("checkBalance") + "</xs:schema></types>" + messages +
           "<portType name=\"CcApi\">" + ports +
           "</portType><binding name=\"CcApiBinding\" "
           "type=\"tns:CcApi\"><soap:binding transport=\"http://schemas.xmlsoap.org/soap/http\"/>" +
           bindings +
           "</binding><service name=\"CcApi\"><port name=\"CcApiPort\" "
           "binding=\"tns:CcApiBinding\"><soap:address location=\"/bulkapi\"/></port></service>"
           "</definitions>";
}

}  // namespace sim::phone
