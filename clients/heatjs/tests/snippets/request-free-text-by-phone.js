var heat = require("heatjs")(
"test_e53bbf19fdd077eda1cd933a54ebe987"
);
heat.requestFreeText({
"instruction": "Please dial the number below and enter. The supplied PIN code will be entered automaticall (no need to enter it). An automated system will tell you the current balance in an account. Please write down the balance in the response",
"attachments_type": "text",
"attachments": [
"dial:+1212123456@ww1234",
"PIN Code: 1234"
],
"validation": "number"
}).then(function (res) {
// handle response here
});
