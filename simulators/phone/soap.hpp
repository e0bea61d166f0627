// SOAP 1.1 as the operator's server reads and writes it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim::phone {

struct SoapCall {
    SoapCall() = default;
    std::string fault;      // not empty: what the server says to an unreadable call
    std::string operation;  // local name, namespace was right
    /// Children in their order. Those with a namespace are not the server's elements: their name
    /// has it in braces.
    std::vector<std::pair<std::string, std::string>> parts;
    std::string part(std::string_view name) const;
};
SoapCall read_soap(std::string_view body);

std::string soap_fault(std::string_view text);
/// <return> with these elements, as the answer of that operation.
std::string soap_answer(
    std::string_view operation, const std::vector<std::pair<std::string, std::string>>& parts
);
std::string sms_wsdl();

}  // namespace sim::phone
