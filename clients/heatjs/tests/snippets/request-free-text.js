var heat = require("heatjs")(
"test_e53bbf19fdd077eda1cd933a54ebe987"
);
heat.requestFreeText({
instruction: "Translate from Spanish to English",
attachments_type: "text",
attachments: [ "hola mundo" ]
}).then(function (res) {
// handle response here
});
