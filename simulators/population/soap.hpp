// SOAP 1.1 as the database reads and writes it: namespaces resolved, nothing expanded.
#pragma once

#include <pugixml.hpp>

#include <string>
#include <string_view>

namespace sim::population {

constexpr std::string_view soap_namespace = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr std::string_view request_namespace = "http://dancuquocgia.bca";
constexpr std::string_view reply_namespace = "http://www.mic.gov.vn/dancu/1.0";
constexpr std::string_view xroad_namespace = "http://x-road.eu/xsd/xroad.xsd";
constexpr std::string_view xroad_identifiers = "http://x-road.eu/xsd/identifiers";

/// Parses within limits: 1 MB, depth 32, no DOCTYPE. "" = good, else what is wrong.
std::string parse_xml(pugi::xml_document& into, std::string_view text);
std::string_view local_name(pugi::xml_node node);
/// Namespace of an element by the declarations around it; "" = none.
std::string_view namespace_of(pugi::xml_node node);
bool is_element(pugi::xml_node node, std::string_view name_space, std::string_view local);
/// First element child; only elements count.
pugi::xml_node first_element(pugi::xml_node node);
pugi::xml_node next_element(pugi::xml_node node);
/// Character data of an element, CDATA included; blanks around it are part of it.
std::string text_in(pugi::xml_node node);

std::string xml_escape(std::string_view text);
/// The envelope around a body; `header` is a block of SOAP header elements, "" = none.
std::string enveloped(std::string_view body, std::string_view header = {});
/// A fault in its envelope.
std::string fault_text(
    std::string_view code,
    std::string_view text,
    std::string_view field = {},
    std::string_view header = {}
);

}  // namespace sim::population
