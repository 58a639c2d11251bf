var heat = require("heatjs")(
"test_e53bbf19fdd077eda1cd933a54ebe987"
);
heat.requestAnnotations({
instruction: "Mark the fashion accessories in the image",
attachments_type: "image",
attachments: [ "http://i.imgur.com/piKjc.jpg" ]
}).then(function (res) {
// handle response here
});
